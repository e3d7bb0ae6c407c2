/** One leader among processes, for terms whose numbers grow. */
package dev.keywright.election;
