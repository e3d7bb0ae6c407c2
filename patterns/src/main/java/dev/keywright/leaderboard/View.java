package dev.keywright.leaderboard;

import java.util.List;
import java.util.Optional;

/**
 * The board after an update, at one moment.
 *
 * @param changed whether the score of the member changed, or it is new
 * @param own where the member is; empty when it was cut off at once, as the board is full of better ones
 * @param top the best
 */
public record View(boolean changed, Optional<Standing> own, List<Standing> top) {

    public View {
        top = List.copyOf(top);
    }
}
