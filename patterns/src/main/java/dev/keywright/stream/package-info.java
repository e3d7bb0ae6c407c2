/** Events in streams: written once, read by any number of groups, handled at least once. Begin with {@link dev.keywright.stream.EventStream}. */
package dev.keywright.stream;
