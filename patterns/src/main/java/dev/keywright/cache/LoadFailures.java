package dev.keywright.cache;

import dev.keywright.KeywrightException;
import java.util.concurrent.CompletionException;

/** How the failure of a loader reaches those who wait for it. */
final class LoadFailures {

    private static final int LONGEST = 200;

    private LoadFailures() {}

    /** Unchecked ones as they are, checked ones as the cause of a {@link CompletionException}. */
    static RuntimeException raised(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException unchecked ? unchecked : new CompletionException(failure);
    }

    /** What other processes are told: the type, since a message may hold what nobody else should see. */
    static String reason(Throwable failure) {
        String name = failure.getClass().getName();
        return name.length() > LONGEST ? name.substring(0, LONGEST) : name;
    }

    static KeywrightException elsewhere(String cache, String reason) {
        return new KeywrightException.Unavailable(
                "The load of this value failed in another process: " + reason + " (cache " + cache + "). Try again.",
                false);
    }
}
