/** From a topology to the files that run it: configuration, units, containers, and the page that says how to operate it. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.deploy;
