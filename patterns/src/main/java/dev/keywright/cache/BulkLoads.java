package dev.keywright.cache;

import dev.keywright.KeywrightException;
import dev.keywright.cache.Flight.Landing;
import dev.keywright.cache.Loads.Asked;
import dev.keywright.cache.Loads.Want;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Loads many missing values at once, each under a lease of its own, so that what is said of {@link Loads} holds for every key. What is
 * granted is loaded and stored before anything is waited for; so two callers who want the same keys never wait for each other.
 */
final class BulkLoads<K, V> {

    private final Connection connection;
    private final Loads<K, V> loads;
    private final Reader<K, V> reader;
    private final BulkLoader<K, V> loader;
    private final Tally tally;
    private final WhenAway whenAway;
    private final Duration deadline;

    BulkLoads(
            CacheBuilder<K, V> builder, Loads<K, V> loads, Reader<K, V> reader, BulkLoader<K, V> loader, Tally tally) {
        this.connection = builder.connection;
        this.loads = loads;
        this.reader = reader;
        this.loader = loader;
        this.tally = tally;
        this.whenAway = builder.whenAway;
        this.deadline = builder.deadline;
    }

    /** One key on its way. */
    private static final class Way<K, V> {

        final Want<K, V> want;
        final Flight<V> flight;

        @Nullable
        Asked lease;

        @Nullable
        Landing<V> landing;

        @Nullable
        Throwable failure;

        Way(Want<K, V> want, Flight<V> flight) {
            this.want = want;
            this.flight = flight;
        }
    }

    /**
     * What each brought, in the order of the wants.
     *
     * @param alone without asking Redis
     */
    List<Landing<V>> loadAll(List<Want<K, V>> wants, boolean alone) {
        List<Way<K, V>> own = new ArrayList<>();
        List<Landing<V>> landings = new ArrayList<>();
        List<@Nullable Way<K, V>> ways = new ArrayList<>();
        List<@Nullable Flight<V>> others = new ArrayList<>();
        for (Want<K, V> want : wants) {
            Way<K, V> way = new Way<>(want, new Flight<>());
            Flight<V> other = loads.flights().join(want.text(), way.flight);
            others.add(other);
            ways.add(other == null ? way : null);
            if (other == null) {
                own.add(way);
            }
        }
        go(own, alone);
        for (int i = 0; i < wants.size(); i++) {
            Way<K, V> way = ways.get(i);
            Flight<V> other = others.get(i);
            Landing<V> landing =
                    way != null ? landing(way) : other == null ? null : loads.join(wants.get(i), other, false);
            landings.add(landing == null ? loads.load(wants.get(i)) : landing);
        }
        return landings;
    }

    private Landing<V> landing(Way<K, V> way) {
        if (way.landing == null) {
            throw LoadFailures.raised(
                    way.failure == null ? new IllegalStateException("a load ended without an outcome") : way.failure);
        }
        return way.landing;
    }

    /** Sees to it that every flight lands, whatever happens. */
    private void go(List<Way<K, V>> own, boolean alone) {
        if (own.isEmpty()) {
            return;
        }
        Throwable end = null;
        try {
            List<Way<K, V>> waiting = alone ? loadAlone(own) : claim(own);
            for (Way<K, V> way : waiting) {
                try {
                    way.landing = loads.fly(way.want, way.flight);
                } catch (RuntimeException failure) {
                    way.failure = failure;
                }
            }
        } catch (Throwable failure) {
            end = failure;
            throw failure;
        } finally {
            for (Way<K, V> way : own) {
                land(way, way.failure == null ? end : way.failure);
            }
        }
    }

    private void land(Way<K, V> way, @Nullable Throwable failure) {
        loads.flights().close(way.want.text(), way.flight);
        if (way.landing != null) {
            way.flight.landing().complete(way.landing);
        } else {
            way.flight.fail(failure == null ? new IllegalStateException("not loaded") : failure);
        }
    }

    /** Loads what it gets the leases for; answers the ways whose values somebody else loads. */
    private List<Way<K, V>> claim(List<Way<K, V>> own) {
        List<Way<K, V>> waiting = new ArrayList<>();
        List<Way<K, V>> granted = new ArrayList<>();
        own.forEach(way -> way.flight.nextStage());
        List<Asked> answers;
        try {
            answers = loads.askAll(own.stream().map(way -> way.want).toList());
        } catch (KeywrightException.Unavailable e) {
            if (whenAway == WhenAway.RAISE || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            tally.away.increment();
            return loadAlone(own);
        }
        for (int i = 0; i < answers.size(); i++) {
            Way<K, V> way = own.get(i);
            Asked asked = answers.get(i);
            way.landing = found(asked);
            if (asked.claim instanceof Claim.Granted) {
                way.lease = asked;
                granted.add(way);
            } else if (way.landing == null) {
                waiting.add(way);
            }
        }
        load(granted);
        return waiting;
    }

    private List<Way<K, V>> loadAlone(List<Way<K, V>> own) {
        load(own);
        return List.of();
    }

    private @Nullable Landing<V> found(Asked asked) {
        if (!(asked.claim instanceof Claim.Value value)) {
            return null;
        }
        Sight<V> seen = reader.sight(value.bytes, Reader.life(value.leftMillis), asked.versions);
        return seen.kind == Sight.Kind.VALUE || seen.kind == Sight.Kind.ABSENT
                ? new Landing<>(seen.value, false, false)
                : null;
    }

    private void load(List<Way<K, V>> ways) {
        if (ways.isEmpty()) {
            return;
        }
        Set<K> keys = new LinkedHashSet<>();
        for (Way<K, V> way : ways) {
            way.flight.owned();
            way.flight.nextStage();
            keys.add(way.want.key());
        }
        tally.loads.increment();
        long begun = System.nanoTime();
        Map<K, V> values;
        try {
            values = Objects.requireNonNull(loader.loadAll(keys), "the bulk loader gave no map");
        } catch (Throwable failure) {
            tally.loadFailures.increment();
            List<CompletionStage<Reply>> told = new ArrayList<>();
            for (Way<K, V> way : ways) {
                if (way.lease != null) {
                    told.add(loads.abandonLater(way.want.text(), way.lease.token, failure));
                }
            }
            loads.awaitAbandoned(told, failure);
            ways.forEach(way -> fail(way, failure));
            return;
        }
        long cost = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        ways.forEach(way -> loads.flights().close(way.want.text(), way.flight));
        store(ways, values, cost);
    }

    private void fail(Way<K, V> way, Throwable failure) {
        try {
            way.landing = loads.failed(failure, way.want.sight());
        } catch (RuntimeException raised) {
            way.failure = raised;
        }
    }

    private void store(List<Way<K, V>> ways, Map<K, V> values, long costMillis) {
        List<Errand> errands = new ArrayList<>();
        for (Way<K, V> way : ways) {
            if (way.lease != null) {
                errands.add(loads.storing(way.want.text(), values.get(way.want.key()), costMillis, way.lease));
            }
        }
        List<Reply> replies = send(errands);
        int at = 0;
        for (Way<K, V> way : ways) {
            boolean stored = way.lease == null; // without Redis nobody can know better
            if (way.lease != null && !replies.isEmpty()) {
                stored = loads.isStored(replies.get(at));
                at++;
            }
            way.landing = new Landing<>(values.get(way.want.key()), false, stored);
        }
    }

    /** Nothing when Redis is away: who asked gets the values all the same. */
    private List<Reply> send(List<Errand> errands) {
        if (errands.isEmpty()) {
            return List.of();
        }
        try {
            return Errand.batch(errands, connection, deadline);
        } catch (KeywrightException notStored) {
            tally.away.increment();
            return List.of();
        }
    }
}
