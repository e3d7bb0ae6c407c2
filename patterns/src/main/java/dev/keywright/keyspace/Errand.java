package dev.keywright.keyspace;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Long work on a thread of its own, which ends when nobody wants its outcome any more. */
final class Errand {

    private Errand() {}

    /** @param work asks now and then whether it was cancelled */
    static <T> CompletableFuture<T> begin(String name, Function<BooleanSupplier, T> work) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        outcome.complete(work.apply(outcome::isCancelled));
                    } catch (Throwable failure) {
                        outcome.completeExceptionally(failure);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return outcome;
    }
}
