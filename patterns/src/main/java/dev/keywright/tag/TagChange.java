package dev.keywright.tag;

import java.util.Set;

/**
 * What has changed about an item.
 *
 * @param added tags it had not before
 * @param removed tags it has no more
 */
public record TagChange(Set<String> added, Set<String> removed) {

    public TagChange {
        added = Set.copyOf(added);
        removed = Set.copyOf(removed);
    }

    public boolean isNothing() {
        return added.isEmpty() && removed.isEmpty();
    }
}
