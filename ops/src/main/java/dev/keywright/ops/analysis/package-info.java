/** What is in a server or a dump: keys told one by one become one report. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.analysis;
