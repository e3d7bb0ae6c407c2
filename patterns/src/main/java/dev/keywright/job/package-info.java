/** Jobs that are worked on by other threads, processes and hosts, and that are not lost when one of them is. */
package dev.keywright.job;
