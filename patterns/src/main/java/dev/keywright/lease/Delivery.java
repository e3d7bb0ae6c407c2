package dev.keywright.lease;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings what was acquired to one who may not want it any more: a future that was cancelled, or timed out, takes nothing. */
public final class Delivery {

    private Delivery() {}

    /**
     * A future of the caller's own; what comes when it is over is given back.
     *
     * @param giveBack must not block
     */
    public static <U, T extends U> CompletionStage<Optional<U>> of(
            CompletionStage<Optional<T>> source, Consumer<? super T> giveBack) {
        CompletableFuture<Optional<U>> told = new CompletableFuture<>();
        CompletionStage<@Nullable Void> unused = source.handle((given, failure) -> {
            if (failure != null) {
                told.completeExceptionally(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            } else if (!told.complete(given.map(handle -> handle))) {
                given.ifPresent(giveBack);
            }
            return null;
        });
        return told;
    }
}
