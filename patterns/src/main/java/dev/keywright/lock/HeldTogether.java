package dev.keywright.lock;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Holds of several locks, in the order in which they were acquired. */
final class HeldTogether implements MultiHold {

    private final List<Hold> holds;
    private final Map<String, Long> tokens;
    private final boolean releaseWithoutWaiting;
    private final CompletableFuture<Lost> loss = new CompletableFuture<>();

    HeldTogether(List<String> names, List<Hold> holds, boolean releaseWithoutWaiting) {
        this.holds = List.copyOf(holds);
        this.releaseWithoutWaiting = releaseWithoutWaiting;
        Map<String, Long> byName = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            byName.put(names.get(i), this.holds.get(i).token());
        }
        this.tokens = Collections.unmodifiableMap(byName);
        for (Hold hold : this.holds) {
            CompletionStage<Void> unused = hold.lost().thenAccept(loss::complete);
        }
    }

    @Override
    public Map<String, Long> tokens() {
        return tokens;
    }

    @Override
    public long token(String name) {
        Long token = tokens.get(name);
        if (token == null) {
            throw new IllegalArgumentException("None of these locks has that name; give one of tokens().keySet()");
        }
        return token;
    }

    @Override
    public boolean isHeld() {
        return holds.stream().allMatch(Hold::isHeld);
    }

    @Override
    public Duration remaining() {
        return holds.stream().map(Hold::remaining).min(Duration::compareTo).orElse(Duration.ZERO);
    }

    @Override
    public CompletionStage<Lost> lost() {
        return loss.minimalCompletionStage();
    }

    @Override
    public void requireHeld() {
        holds.forEach(Hold::requireHeld);
    }

    @Override
    public boolean extend(Duration lease) {
        LockOptions.checkLease(lease);
        for (Hold hold : holds) {
            if (!hold.extend(lease)) {
                return false;
            }
        }
        return isHeld();
    }

    @Override
    public boolean release() {
        boolean held = isHeld();
        CompletableFuture<Boolean> released = releaseAsync().toCompletableFuture();
        if (releaseWithoutWaiting) {
            return held;
        }
        try {
            return released.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof KeywrightException why) {
                throw why;
            }
            throw e;
        }
    }

    /** All at once; the last one first, as who waits for all begins with the first one. */
    @Override
    public CompletionStage<Boolean> releaseAsync() {
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        for (int i = holds.size() - 1; i >= 0; i--) {
            answers.add(holds.get(i).releaseAsync().toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(all -> answers.stream().allMatch(CompletableFuture::join));
    }

    @Override
    public void close() {
        try {
            release();
        } catch (KeywrightException.Unavailable away) {
            // they are not renewed any more, and end with their leases
        }
    }

    @Override
    public String toString() {
        return "hold of " + tokens.keySet();
    }
}
