/** Feature flags that every process evaluates by itself, and is told of when they change. */
package dev.keywright.flag;
