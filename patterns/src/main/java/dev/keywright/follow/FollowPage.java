package dev.keywright.follow;

import java.util.List;
import java.util.Optional;

/**
 * A part of a list, the newest first.
 *
 * @param follows as many as were asked for, or fewer at the end
 * @param next what the next page begins after; empty at the end
 */
public record FollowPage(List<Follow> follows, Optional<String> next) {

    public FollowPage {
        follows = List.copyOf(follows);
    }
}
