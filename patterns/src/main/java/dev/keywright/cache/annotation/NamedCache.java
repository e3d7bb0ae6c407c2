package dev.keywright.cache.annotation;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.cache.Cache;
import dev.keywright.cache.CacheBuilder;
import dev.keywright.cache.CacheStats;
import dev.keywright.cache.annotation.Call.Outcome;
import dev.keywright.cache.annotation.Call.Source;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The cache of a name: what its annotations agreed on, and what they do with it. A failure of the cache never leaves here; it is counted, and
 * the method runs, unless it has already.
 */
final class NamedCache {

    private static final int TAGS = 16; // so that no single key is part of every read

    private final Keywright kw;
    private final String name;
    private final AnnotationOptions options;
    private final Executor executor;
    private final Map<String, Agreed> agreed = new HashMap<>();
    private Settings settings = Settings.DEFAULTS;
    private @Nullable Type type;
    private final List<Cache<Call, Object>> stale = new ArrayList<>(); // calls may still be under way in them
    private volatile Duration loadTimeout = Duration.ofSeconds(10); // until the cache is built
    private volatile @Nullable Cache<Call, Object> cache;
    private volatile boolean closed;
    private final LongAdder failures = new LongAdder();
    private volatile @Nullable Throwable lastFailure;

    /** Something that must be the same on every method of the name, and who said so first. */
    private record Agreed(Object what, String where) {}

    NamedCache(Keywright kw, String name, AnnotationOptions options, Executor executor) {
        this.kw = kw;
        this.name = name;
        this.options = options;
        this.executor = executor;
    }

    // --- what the annotations say

    synchronized void settings(Settings settings, String where) {
        boolean isNews = agree("other settings", settings, where);
        if (!settings.clearable()) {
            agree("entries that cannot be evicted all at once", false, where);
        }
        if (isNews) {
            this.settings = settings;
            rebuild();
        }
    }

    synchronized void type(Type type, String where) {
        if (agree("values of another type", type, where)) {
            this.type = type;
            rebuild();
        }
    }

    synchronized void keys(KeyPlan keys, String where) {
        agree("other keys", keys.isOfMethod() ? "the method and its arguments" : keys.types(), where);
    }

    synchronized void clears(String where) {
        agree("entries that cannot be evicted all at once", true, where);
    }

    /** Whether nobody said anything of it before. */
    private boolean agree(String what, Object value, String where) {
        Agreed first = agreed.putIfAbsent(what, new Agreed(value, where));
        if (first != null && !first.what.equals(value)) {
            throw new KeywrightException.Misused(
                    "The cache " + name + " has " + what + " on " + where + " (" + value + ") and on " + first.where
                            + " (" + first.what + "). Make them the same, or give one of them another name.");
        }
        return first == null;
    }

    private void rebuild() {
        if (cache != null) {
            stale.add(cache);
            cache = null;
        }
    }

    /** @throws RuntimeException when what was said cannot be */
    synchronized Cache<Call, Object> build() {
        Cache<Call, Object> built = cache;
        if (built == null) {
            KeyCodec<Call> keys = new KeyCodec<>(Call::text, text -> new Call(text, null));
            CacheBuilder<Call, Object> builder = kw.cache(name, keys, codec());
            builder.executor(executor);
            options.tuning().accept(name, builder);
            settings.apply(builder);
            if (settings.clearable()) {
                builder.tags(call -> List.of(tag(Math.floorMod(call.text().hashCode(), TAGS))));
            }
            loadTimeout = builder.loadTimeout();
            built = builder.readThrough(Call::load).build();
            cache = built;
        }
        return built;
    }

    @SuppressWarnings("unchecked") // each value comes from a method that returns this type
    private Codec<Object> codec() {
        return (Codec<Object>) (type == null ? Codecs.bytes() : options.codec().apply(type));
    }

    private static String tag(int place) {
        return "part" + place;
    }

    private Cache<Call, Object> open() {
        if (closed) {
            throw new KeywrightException.Misused("The caches by annotation were closed (cache " + name + ").");
        }
        Cache<Call, Object> built = cache;
        return built == null ? build() : built;
    }

    // --- what they do

    /** What is kept; else what the method brings, and it is kept. */
    @Nullable
    Object get(Call call, Source source) throws InvocationTargetException {
        for (boolean first = true; ; first = false) {
            try {
                return certain(open().get(call), call, source);
            } catch (RuntimeException e) {
                boolean again = first && isWorthAnotherTry(e);
                Outcome outcome = settled(e, call, again);
                if (outcome != null) {
                    return outcome.orThrow();
                }
                if (!again) {
                    return call.run(source);
                }
            }
        }
    }

    CompletableFuture<@Nullable Object> getLater(Call call, Source source) {
        CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
        askLater(call, source, answer, true);
        return answer;
    }

    private void askLater(Call call, Source source, CompletableFuture<@Nullable Object> answer, boolean first) {
        CompletionStage<@Nullable Object> asked;
        try {
            asked = open().getAsync(call);
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedStage(e);
        }
        CompletionStage<?> unused = asked.whenComplete((value, failure) -> {
            boolean again = failure != null && first && isWorthAnotherTry(failure);
            Outcome outcome = failure == null ? null : settled(failure, call, again);
            if (failure == null) {
                Outcome own = call.outcome();
                answer.complete(own != null && own.failure() == null ? own.value() : value);
            } else if (outcome != null) {
                complete(answer, outcome::orThrow);
            } else if (again) {
                executor.execute(() -> askLater(call, source, answer, false));
            } else {
                executor.execute(() -> complete(answer, () -> call.run(source)));
            }
        });
    }

    private static void complete(CompletableFuture<@Nullable Object> answer, Shape.Body body) {
        try {
            answer.complete(body.run());
        } catch (InvocationTargetException e) {
            answer.completeExceptionally(e.getTargetException());
        }
    }

    /** What the method brought itself counts more; a primitive cannot be nothing. */
    private static @Nullable Object certain(@Nullable Object value, Call call, Source source)
            throws InvocationTargetException {
        Outcome own = call.outcome();
        Object certain = own != null && own.failure() == null ? own.value() : value;
        return certain == null && source.shape().primitive() ? call.run(source) : certain;
    }

    /** How the call ends after a failure: as the method did, here or in the thread that ran it; null when it still has to run. */
    private @Nullable Outcome settled(Throwable failure, Call call, boolean again) {
        InvocationTargetException thrown =
                Shape.cause(failure) instanceof InvocationTargetException ofMethod ? ofMethod : null;
        Outcome own = call.outcome();
        if (thrown == null && (own != null || !again)) {
            failed(failure);
        }
        if (own != null) {
            return own;
        }
        if (thrown == null || thrown.getTargetException() instanceof InterruptedException) {
            return null; // that another thread was interrupted concerns nobody else
        }
        return thrown.getTargetException() instanceof Unkept unkept
                ? new Outcome(unkept.value, null)
                : new Outcome(null, thrown);
    }

    /** After a failure of the method elsewhere, which only one caller should find out again. */
    private static boolean isWorthAnotherTry(Throwable failure) {
        Throwable cause = Shape.cause(failure);
        return !Thread.currentThread().isInterrupted()
                && (cause instanceof InvocationTargetException
                        || cause instanceof KeywrightException.Unavailable away && !away.outcomeUnknown());
    }

    /** @param value null to forget what is kept */
    void put(String text, @Nullable Object value) {
        Call key = new Call(text, null);
        try {
            if (value != null) {
                open().put(key, value);
                return;
            }
        } catch (KeywrightException.Unavailable e) {
            failed(e);
            return;
        } catch (RuntimeException e) { // cannot be stored, and an older one must not stay
            failed(e);
        }
        evict(text);
    }

    void evict(String text) {
        try {
            open().invalidate(new Call(text, null));
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    void clear() {
        try {
            Cache<Call, Object> open = open();
            IntStream.range(0, TAGS).forEach(place -> open.invalidateTag(tag(place)));
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    /** How long a method that answers later may take. */
    Duration loadTimeout() {
        return loadTimeout;
    }

    void failed(Throwable failure) {
        failures.increment();
        lastFailure = failure;
    }

    long failures() {
        return failures.sum();
    }

    Optional<Throwable> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    CacheStats stats() {
        return build().stats();
    }

    synchronized void close() {
        closed = true;
        stale.forEach(Cache::close);
        if (cache != null) {
            cache.close();
        }
    }
}
