/** What the product can do, one file each: a record in, a record out. Every door (command line, later others) calls these. */
@org.jspecify.annotations.NullMarked
package dev.keywright.app.operation;
