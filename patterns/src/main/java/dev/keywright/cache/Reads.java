package dev.keywright.cache;

import dev.keywright.KeywrightException;
import dev.keywright.cache.Flight.Landing;
import dev.keywright.cache.Loads.Want;
import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reading, of one key, of many, and later. A hit is one GET that is decoded where it lies; what is missing goes to {@link Loads}, or to
 * {@link BulkLoads} when there are many.
 */
final class Reads<K, V> {

    private final Texts<K> texts;
    private final Reader<K, V> reader;
    private final Loads<K, V> loads;
    private final @Nullable BulkLoads<K, V> bulkLoads;
    private final @Nullable Copies<K, V> copies;
    private final Owed owed;
    private final Background background;
    private final Tally tally;
    private final WhenAway whenAway;
    private final long staleMillis;
    private final long aheadMillis;
    private final double earlyFactor;
    private final Set<String> refreshing = ConcurrentHashMap.newKeySet();

    Reads(
            CacheBuilder<K, V> builder,
            Texts<K> texts,
            Reader<K, V> reader,
            Loads<K, V> loads,
            @Nullable Copies<K, V> copies,
            Owed owed,
            Background background,
            Tally tally) {
        this.texts = texts;
        this.reader = reader;
        this.loads = loads;
        this.bulkLoads =
                builder.bulkLoader == null ? null : new BulkLoads<>(builder, loads, reader, builder.bulkLoader, tally);
        this.copies = copies;
        this.owed = owed;
        this.background = background;
        this.tally = tally;
        this.whenAway = builder.whenAway;
        this.staleMillis = builder.staleIfError.toMillis();
        this.aheadMillis = builder.refreshAhead.toMillis();
        this.earlyFactor = builder.refreshEarly;
    }

    // --- one

    @Nullable
    V get(K key, @Nullable Loader<? super K, ? extends V> loader) {
        if (copies != null) {
            V copy = copies.getIfPresent(key);
            if (copy != null) {
                return copy;
            }
        }
        return read(key, loader);
    }

    /** Apart from what a copy in the process takes, so that this stays small and is compiled into its callers. */
    private @Nullable V read(K key, @Nullable Loader<? super K, ? extends V> loader) {
        String text = texts.of(key);
        Sight<V> sight;
        try {
            if (owed.includes(text)) {
                throw owed.inDoubt(this.texts.where());
            } else if (reader.isPlain()) {
                Reply reply = reader.read(text);
                V value = reader.bareValue(reply);
                if (value != null) {
                    tally.hits.increment();
                    return value;
                }
                sight = reader.sight(reply);
            } else {
                sight = reader.look(key, text);
            }
        } catch (KeywrightException.Unavailable e) {
            return readAlone(e, key, text, loader).value();
        }
        return resolve(key, text, sight, loader).value();
    }

    Optional<Found<V>> find(K key, @Nullable Loader<? super K, ? extends V> loader) {
        V copy = copies == null ? null : copies.getIfPresent(key);
        if (copy != null) {
            return Optional.of(new Found<>(copy, false));
        }
        Landing<V> landing = landing(key, texts.of(key), loader);
        return landing.value() == null ? Optional.empty() : Optional.of(new Found<>(landing.value(), landing.stale()));
    }

    private Landing<V> landing(K key, String text, @Nullable Loader<? super K, ? extends V> loader) {
        Sight<V> sight;
        try {
            if (owed.includes(text)) {
                throw owed.inDoubt(this.texts.where());
            }
            sight = reader.look(key, text);
        } catch (KeywrightException.Unavailable e) {
            return readAlone(e, key, text, loader);
        }
        return resolve(key, text, sight, loader); // what a load throws is not for Redis to answer
    }

    /** What a look amounts to, after loading where that is called for. */
    private Landing<V> resolve(K key, String text, Sight<V> sight, @Nullable Loader<? super K, ? extends V> loader) {
        Landing<V> hit = hit(key, text, sight, loader);
        if (hit != null) {
            return hit;
        }
        tally.misses.increment();
        return loader == null
                ? new Landing<>(null, false, true)
                : counted(loads.load(new Want<>(key, text, sight, loader)));
    }

    /** What can be answered without a load, else null. */
    private @Nullable Landing<V> hit(
            K key, String text, Sight<V> sight, @Nullable Loader<? super K, ? extends V> loader) {
        if (sight.kind == Sight.Kind.VALUE && !loads.isStale(sight)) {
            tally.hits.increment();
            if (sight.renewable && loader != null && isTimeToRefresh(sight)) {
                refresh(new Want<>(key, text, sight, loader));
            }
            return new Landing<>(sight.value, false, true);
        }
        if (sight.kind == Sight.Kind.ABSENT) {
            tally.hits.increment();
            return new Landing<>(null, false, true);
        }
        return null;
    }

    private Landing<V> counted(Landing<V> landing) {
        if (landing.stale()) {
            tally.staleServed.increment();
        }
        return landing;
    }

    /** Redis did not answer. */
    private Landing<V> readAlone(
            KeywrightException.Unavailable e, K key, String text, @Nullable Loader<? super K, ? extends V> loader) {
        if (Thread.currentThread().isInterrupted()) {
            throw e;
        }
        tally.away.increment();
        if (whenAway == WhenAway.RAISE) {
            throw e;
        }
        tally.misses.increment();
        return loader == null
                ? new Landing<>(null, false, true)
                : loads.loadAlone(new Want<>(key, text, Sight.nothing(), loader));
    }

    // --- refreshing

    private boolean isTimeToRefresh(Sight<V> sight) {
        long left = sight.leftMillis - staleMillis;
        if (left <= aheadMillis) {
            return true;
        }
        if (earlyFactor == 0) {
            return false;
        }
        double chance = 1 - ThreadLocalRandom.current().nextDouble();
        return Early.isTime(sight.costMillis, earlyFactor, left, chance);
    }

    private void refresh(Want<K, V> want) {
        if (!refreshing.add(want.text())) {
            return;
        }
        try {
            background.execute(() -> {
                try {
                    loads.refresh(want);
                } finally {
                    refreshing.remove(want.text());
                }
            });
        } catch (RejectedExecutionException busy) {
            refreshing.remove(want.text());
        }
    }

    // --- many

    Map<K, V> getAll(Collection<? extends K> keys, @Nullable Loader<? super K, ? extends V> loader) {
        List<K> all = List.copyOf(new LinkedHashSet<>(keys));
        if (all.isEmpty()) {
            return Map.of();
        }
        Map<K, V> near = copiesOf(all);
        if (near.isEmpty()) {
            return readFar(all, loader);
        }
        Map<K, V> far =
                readFar(all.stream().filter(key -> !near.containsKey(key)).toList(), loader);
        return both(all, near, far);
    }

    private Map<K, V> copiesOf(List<K> keys) {
        Map<K, V> found = new HashMap<>();
        if (copies != null) {
            for (K key : keys) {
                V copy = copies.getIfPresent(key);
                if (copy != null) {
                    found.put(key, copy);
                }
            }
        }
        return found;
    }

    private static <K, V> Map<K, V> both(List<K> order, Map<K, V> near, Map<K, V> far) {
        Map<K, V> values = new LinkedHashMap<>();
        for (K key : order) {
            V value = near.containsKey(key) ? near.get(key) : far.get(key);
            if (value != null) {
                values.put(key, value);
            }
        }
        return values;
    }

    private Map<K, V> readFar(List<K> keys, @Nullable Loader<? super K, ? extends V> loader) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        List<String> texts = this.texts.all(keys);
        List<Sight<V>> sights;
        try {
            if (texts.stream().anyMatch(owed::includes)) {
                throw owed.inDoubt(this.texts.where());
            }
            sights = reader.lookAll(keys, texts);
        } catch (KeywrightException.Unavailable e) {
            return readAllAlone(e, keys, texts, loader);
        }
        return resolveAll(keys, texts, sights, loader);
    }

    private Map<K, V> resolveAll(
            List<K> keys, List<String> texts, List<Sight<V>> sights, @Nullable Loader<? super K, ? extends V> loader) {
        List<@Nullable Landing<V>> landings = new ArrayList<>();
        List<Want<K, V>> wants = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Landing<V> hit = hit(keys.get(i), texts.get(i), sights.get(i), loader);
            landings.add(hit);
            if (hit == null) {
                tally.misses.increment();
                if (loader != null) {
                    wants.add(new Want<>(keys.get(i), texts.get(i), sights.get(i), loader));
                }
            }
        }
        return inOrder(keys, landings, loadAll(wants));
    }

    private List<Landing<V>> loadAll(List<Want<K, V>> wants) {
        if (bulkLoads != null && wants.size() > 1) {
            return bulkLoads.loadAll(wants, false);
        }
        List<Landing<V>> landings = new ArrayList<>();
        wants.forEach(want -> landings.add(loads.load(want)));
        return landings;
    }

    /** The values found, with the loaded ones in the gaps. */
    private Map<K, V> inOrder(List<K> keys, List<@Nullable Landing<V>> found, List<Landing<V>> loaded) {
        Map<K, V> values = new LinkedHashMap<>();
        int next = 0;
        for (int i = 0; i < keys.size(); i++) {
            Landing<V> landing = found.get(i);
            if (landing == null && next < loaded.size()) {
                landing = counted(loaded.get(next));
                next++;
            }
            if (landing != null && landing.value() != null) {
                values.put(keys.get(i), landing.value());
            }
        }
        return values;
    }

    private Map<K, V> readAllAlone(
            KeywrightException.Unavailable e,
            List<K> keys,
            List<String> texts,
            @Nullable Loader<? super K, ? extends V> loader) {
        if (bulkLoads == null || loader == null || whenAway == WhenAway.RAISE) {
            Map<K, V> values = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                V value = readAlone(e, keys.get(i), texts.get(i), loader).value();
                if (value != null) {
                    values.put(keys.get(i), value);
                }
            }
            return values;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw e;
        }
        tally.away.increment();
        List<Want<K, V>> wants = new ArrayList<>();
        List<@Nullable Landing<V>> gaps = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            wants.add(new Want<>(keys.get(i), texts.get(i), Sight.nothing(), loader));
            gaps.add(null);
        }
        return inOrder(keys, gaps, bulkLoads.loadAll(wants, true));
    }

    // --- later

    CompletionStage<@Nullable V> getLater(K key, @Nullable Loader<? super K, ? extends V> loader) {
        if (copies != null) {
            V copy = copies.getIfPresent(key);
            if (copy != null) {
                return CompletableFuture.completedStage(copy);
            }
        }
        String text = texts.of(key);
        CompletableFuture<@Nullable V> answer = new CompletableFuture<>();
        CompletionStage<Sight<V>> look = owed.includes(text)
                ? CompletableFuture.failedStage(owed.inDoubt(this.texts.where()))
                : reader.lookLater(key, text);
        CompletionStage<Sight<V>> unused = look.whenComplete((sight, failure) -> {
            try {
                resolveLater(key, text, sight, failure, loader, answer);
            } catch (Throwable t) {
                answer.completeExceptionally(t);
            }
        });
        return answer;
    }

    private void resolveLater(
            K key,
            String text,
            @Nullable Sight<V> sight,
            @Nullable Throwable failure,
            @Nullable Loader<? super K, ? extends V> loader,
            CompletableFuture<@Nullable V> answer) {
        if (sight == null) {
            KeywrightException.Unavailable e = unavailable(failure);
            if (loader == null || whenAway == WhenAway.RAISE) {
                answer.complete(readAlone(e, key, text, loader).value());
            } else {
                complete(answer, () -> readAlone(e, key, text, loader));
            }
            return;
        }
        Landing<V> hit = hit(key, text, sight, loader);
        if (hit != null || loader == null) {
            if (hit == null) {
                tally.misses.increment();
            }
            answer.complete(hit == null ? null : hit.value());
            return;
        }
        tally.misses.increment();
        loadLater(new Want<>(key, text, sight, loader), answer);
    }

    /** Only the owner of a flight takes a thread; who joins one leaves a note. */
    private void loadLater(Want<K, V> want, CompletableFuture<@Nullable V> answer) {
        Flight<V> mine = new Flight<>();
        Flight<V> other = loads.flights().join(want.text(), mine);
        if (other == null) {
            try {
                complete(answer, () -> loads.fly(want, mine));
            } catch (RejectedExecutionException busy) {
                loads.flights().close(want.text(), mine);
                mine.landing().completeExceptionally(busy);
                throw busy;
            }
            return;
        }
        int joinedAt = other.stage();
        tally.waits.increment();
        CompletableFuture<Landing<V>> unused = other.landing()
                .copy()
                .completeOnTimeout(null, loads.leaseMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((landing, failure) -> {
                    try {
                        landed(want, other, joinedAt, landing, failure, answer);
                    } catch (Throwable closed) { // an executor that takes no more work, for one
                        answer.completeExceptionally(closed);
                    }
                });
    }

    /** What another's load came to; no landing when it did not come in time. */
    private void landed(
            Want<K, V> want,
            Flight<V> other,
            int joinedAt,
            @Nullable Landing<V> landing,
            @Nullable Throwable failure,
            CompletableFuture<@Nullable V> answer) {
        Throwable why =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (why != null && !(why instanceof InterruptedException)) {
            answer.completeExceptionally(why);
        } else if (landing != null && (landing.certain() || joinedAt < other.stage())) {
            answer.complete(counted(landing).value());
        } else {
            if (landing == null && why == null) {
                loads.flights().close(want.text(), other); // it hangs; in Redis its lease is over, too
            }
            complete(answer, () -> loads.load(want));
        }
    }

    /** Does it in the background. */
    private void complete(CompletableFuture<@Nullable V> answer, Supplier<Landing<V>> work) {
        background.execute(() -> {
            try {
                answer.complete(counted(work.get()).value());
            } catch (Throwable failure) {
                answer.completeExceptionally(failure);
            }
        });
    }

    CompletionStage<Map<K, V>> getAllLater(
            Collection<? extends K> keys, @Nullable Loader<? super K, ? extends V> loader) {
        List<K> all = List.copyOf(new LinkedHashSet<>(keys));
        Map<K, V> near = copiesOf(all);
        if (near.isEmpty()) {
            return readFarLater(all, loader);
        }
        List<K> others = all.stream().filter(key -> !near.containsKey(key)).toList();
        return others.isEmpty()
                ? CompletableFuture.completedStage(both(all, near, Map.of()))
                : readFarLater(others, loader).thenApply(far -> both(all, near, far));
    }

    private CompletionStage<Map<K, V>> readFarLater(List<K> all, @Nullable Loader<? super K, ? extends V> loader) {
        List<String> texts = this.texts.all(all);
        CompletionStage<List<Sight<V>>> look = texts.stream().anyMatch(owed::includes)
                ? CompletableFuture.failedStage(owed.inDoubt(this.texts.where()))
                : reader.lookAllLater(all, texts);
        return look.handle((sights, failure) -> sights == null
                        ? background.supply(() -> readAllAlone(unavailable(failure), all, texts, loader))
                        : resolveAllLater(all, texts, sights, loader))
                .thenCompose(stage -> stage);
    }

    private CompletionStage<Map<K, V>> resolveAllLater(
            List<K> keys, List<String> texts, List<Sight<V>> sights, @Nullable Loader<? super K, ? extends V> loader) {
        boolean complete = loader == null
                || sights.stream()
                        .allMatch(sight -> sight.kind == Sight.Kind.ABSENT
                                || sight.kind == Sight.Kind.VALUE && !loads.isStale(sight));
        return complete
                ? CompletableFuture.completedStage(resolveAll(keys, texts, sights, loader))
                : background.supply(() -> resolveAll(keys, texts, sights, loader));
    }

    /** @throws CompletionException when it is something else */
    private static KeywrightException.Unavailable unavailable(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof KeywrightException.Unavailable e) {
            return e;
        }
        throw cause instanceof RuntimeException e ? e : new CompletionException(cause);
    }
}
