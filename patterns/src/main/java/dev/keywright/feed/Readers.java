package dev.keywright.feed;

import java.util.List;
import java.util.Optional;

/** Those to whose feeds an item goes, page by page. Called on the thread that fans out. */
@FunctionalInterface
public interface Readers {

    /**
     * @param after of the page before; the first page when absent
     * @return some readers; 1,000 are a good number
     */
    Page page(Optional<String> after);

    /**
     * Some readers.
     *
     * @param next what the next page begins after; empty at the end
     */
    record Page(List<String> users, Optional<String> next) {

        public Page {
            users = List.copyOf(users);
        }
    }
}
