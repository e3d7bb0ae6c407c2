/** Items and their tags. */
package dev.keywright.tag;
