/** The command line: reads arguments, prints what the operations return, sets the exit status. */
@org.jspecify.annotations.NullMarked
package dev.keywright.app.cli;
