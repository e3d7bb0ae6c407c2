package dev.keywright.benchmarks;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keeps so many operations under way at once and waits for the oldest when there are more. */
final class Window implements Caller {

    private final Function<ThreadLocalRandom, ? extends CompletionStage<?>> send;
    private final @Nullable CompletionStage<?>[] underWay;
    private int next;

    Window(int size, Function<ThreadLocalRandom, ? extends CompletionStage<?>> send) {
        this.send = send;
        this.underWay = new CompletionStage<?>[size];
    }

    @Override
    public int call(ThreadLocalRandom random) {
        await(next);
        underWay[next] = send.apply(random);
        next = (next + 1) % underWay.length;
        return 1;
    }

    @Override
    public void finish() {
        for (int place = 0; place < underWay.length; place++) {
            await(place);
        }
    }

    private void await(int place) {
        CompletionStage<?> oldest = underWay[place];
        if (oldest != null) {
            oldest.toCompletableFuture().join();
        }
    }
}
