/** How keys are named, and which of them share a hash slot. */
package dev.keywright.key;
