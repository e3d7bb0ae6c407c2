package dev.keywright.follow;

import java.util.List;

/**
 * Users that two lists share.
 *
 * @param users the newest of the shorter list first
 * @param complete whether these are all; otherwise there may be more
 */
public record Common(List<String> users, boolean complete) {

    public Common {
        users = List.copyOf(users);
    }
}
