package dev.keywright.tag;

import java.util.List;
import java.util.Optional;

/**
 * Some of the items that were asked for, in no order.
 *
 * @param items as many as were found where was looked: some more or fewer than asked for, seldom none
 * @param next where the next page begins; empty at the end
 */
public record ItemPage(List<String> items, Optional<String> next) {

    public ItemPage {
        items = List.copyOf(items);
    }
}
