package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.keywright.KeywrightException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@link PubSub} over as many {@link PubSubLink}s as it takes. Every name that somebody wants is an {@link Interest}, which belongs to a
 * link or waits for one; {@link #settle} gives links to those that wait. All of that happens under one lock; messages need none.
 */
final class PubSubNodes implements PubSub {

    private static final long SHORTEST_PAUSE_MILLIS = 10;
    private static final long LONGEST_BEAT = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTEST_BEAT = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int BEATS_IN_A_TIMEOUT = 4;

    /** Followed at once; nodes that do not agree yet are asked again after a pause. */
    private static final int MOST_REDIRECTIONS = 3;

    /** Error replies that say: not here, or not yet. */
    private static final Set<String> PASSING =
            Set.of("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "LOADING", "MASTERDOWN");

    final RedisClient client;
    private final Plant plant;
    private final Nodes nodes;
    private final long longestPauseMillis;
    private final Map<String, Interest> channels = new ConcurrentHashMap<>();
    private final Map<String, Interest> patterns = new ConcurrentHashMap<>();
    private final Map<String, Interest> sharded = new ConcurrentHashMap<>();
    private final List<Map<String, Interest>> interests = List.of(channels, patterns, sharded);
    private final Map<Endpoint, PubSubLink> links = new HashMap<>();
    private final Subscription events;
    /** Where channels and patterns are subscribed. */
    private @Nullable Endpoint common;

    private long pauseMillis = SHORTEST_PAUSE_MILLIS;
    private long settledAt;
    private boolean scheduled;
    private volatile boolean closed;

    PubSubNodes(Plant plant, Nodes nodes) {
        this.plant = plant;
        this.nodes = nodes;
        this.longestPauseMillis =
                Math.max(SHORTEST_PAUSE_MILLIS, plant.options.reconnectEvery().toMillis());
        this.client = RedisClient.create(plant.resources);
        client.setOptions(
                plant.settings(ClientOptions.builder()).autoReconnect(false).build());
        this.events = plant.pulse.listen(this::heard);
        nextBeat();
    }

    /** A name that somebody wants, and where it is subscribed. */
    private static final class Interest {

        final Kind kind;
        final byte[] name;
        final List<Joining> joining = new ArrayList<>();
        final List<Receiver> receivers = new CopyOnWriteArrayList<>();
        volatile @Nullable PubSubLink link;
        /** Where the server said it is served, whatever the map of slots says. */
        @Nullable
        Endpoint hint;
        /** Set while what stood before is not confirmed anew. */
        @Nullable
        Loss loss;

        boolean asked;
        boolean standing;
        int redirections;

        Interest(Kind kind, byte[] name) {
            this.kind = kind;
            this.name = name;
        }

        boolean isUnwanted() {
            return receivers.isEmpty() && joining.isEmpty();
        }
    }

    /** One who waits to be confirmed. */
    private record Joining(Receiver receiver, CompletableFuture<Subscription> confirmed) {}

    private static String text(byte[] name) {
        return new String(name, ISO_8859_1);
    }

    private Map<String, Interest> of(Kind kind) {
        return switch (kind) {
            case CHANNEL -> channels;
            case PATTERN -> patterns;
            case SHARDED -> sharded;
        };
    }

    private @Nullable Interest interest(Kind kind, byte[] name) {
        return of(kind).get(text(name));
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public boolean countsAll() {
        return !(nodes instanceof ClusterNodes);
    }

    // --- wanted

    @Override
    public synchronized CompletionStage<Subscription> subscribe(Kind kind, byte[] name, Receiver receiver) {
        if (closed) {
            return CompletableFuture.failedStage(isShut());
        }
        CompletableFuture<Subscription> confirmed = new CompletableFuture<>();
        Interest interest = of(kind).computeIfAbsent(text(name), none -> new Interest(kind, name.clone()));
        interest.joining.add(new Joining(receiver, confirmed));
        if (interest.standing) {
            welcome(interest);
        } else {
            settle();
        }
        return confirmed;
    }

    private void welcome(Interest interest) {
        for (Joining each : interest.joining) {
            if (!interest.receivers.contains(each.receiver())) {
                interest.receivers.add(each.receiver());
            }
            Subscription mine = () -> unsubscribe(interest.kind, interest.name, each.receiver());
            Deliveries.execute(plant.callbacks, () -> each.confirmed().complete(mine));
        }
        interest.joining.clear();
    }

    @Override
    public synchronized void unsubscribe(Kind kind, byte[] name, Receiver receiver) {
        Interest interest = interest(kind, name);
        if (interest != null) {
            interest.receivers.remove(receiver);
            for (Joining each : List.copyOf(interest.joining)) {
                if (each.receiver() == receiver) {
                    interest.joining.remove(each);
                    Deliveries.execute(plant.callbacks, () -> each.confirmed().completeExceptionally(givenUp()));
                }
            }
            if (interest.isUnwanted() && !interest.asked) {
                forget(interest);
            }
        }
    }

    /** What was asked for is confirmed first, so that no late confirmation is taken for another one. */
    private void forget(Interest interest) {
        of(interest.kind).remove(text(interest.name), interest);
        PubSubLink link = interest.link;
        if (link != null && interest.standing) {
            link.unsubscribe(interest.kind, interest.name);
        }
    }

    private static KeywrightException.Misused givenUp() {
        return new KeywrightException.Misused("The subscription was given up before it was confirmed.");
    }

    private static KeywrightException.Misused isShut() {
        return new KeywrightException.Misused("The connection was closed. Open a new one.");
    }

    // --- where

    /** Gives a link to every interest that has none. */
    private synchronized void settle() {
        if (closed) {
            return;
        }
        settledAt = System.nanoTime();
        for (Map<String, Interest> ofKind : interests) {
            for (Interest interest : ofKind.values()) {
                if (interest.link == null) {
                    settle(interest);
                }
            }
        }
    }

    private void settle(Interest interest) {
        try {
            Endpoint place = home(interest);
            PubSubLink link = links.get(place);
            if (link == null) {
                link = new PubSubLink(this, place, ClientUri.of(plant.uri, place, plant.options));
                links.put(place, link);
                interest.link = link;
                link.open();
            } else {
                interest.link = link;
                ask(interest, link);
            }
        } catch (KeywrightException.Unavailable nobodyServesIt) {
            nodes.silence();
            settleLater();
        } catch (RuntimeException e) { // else nobody would try again
            plant.tally.trouble("Subscribing failed (" + Failures.reason(e) + "); tried again in the background.");
            settleLater();
        }
    }

    private void ask(Interest interest, PubSubLink link) {
        if (link.isReady()
                && !interest.asked
                && !interest.standing) { // once: a second answer could be taken for another's
            interest.asked = true;
            link.subscribe(interest.kind, interest.name);
        }
    }

    private static Endpoint endpoint(RedisURI node) {
        return new Endpoint(node.getHost(), node.getPort());
    }

    private Endpoint home(Interest interest) {
        if (interest.hint != null) {
            return interest.hint;
        }
        if (interest.kind == Kind.SHARDED) {
            return endpoint(nodes.homeOf(interest.name));
        }
        List<Endpoint> masters =
                nodes.masters().stream().map(PubSubNodes::endpoint).toList();
        if (masters.isEmpty()) {
            throw new KeywrightException.Unavailable("No master is known. Check CLUSTER INFO.", false);
        }
        if (common == null || !masters.contains(common)) {
            common = masters.get(ThreadLocalRandom.current().nextInt(masters.size()));
        }
        return common;
    }

    /** After a pause, which grows while nothing lasts. */
    private synchronized void settleLater() {
        if (!scheduled && !closed) {
            scheduled = true;
            long jittered = pauseMillis / 2 + ThreadLocalRandom.current().nextLong(pauseMillis / 2 + 1);
            pauseMillis = Math.min(pauseMillis * 2, longestPauseMillis);
            plant.timer.newTimeout(
                    ring -> {
                        synchronized (this) {
                            scheduled = false;
                            settle();
                        }
                    },
                    jittered,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** Who is at a node that is no master any more goes elsewhere. Of a slot that moved the old node tells by itself. */
    private synchronized void heard(ConnectionEvent event) {
        if (closed
                || !(event instanceof ConnectionEvent.MasterChanged
                        || event instanceof ConnectionEvent.TopologyChanged)) {
            return;
        }
        Set<Endpoint> homes =
                nodes.masters().stream().map(PubSubNodes::endpoint).collect(Collectors.toSet());
        for (Map<String, Interest> ofKind : interests) {
            for (Interest interest : ofKind.values()) {
                interest.hint = null;
                PubSubLink link = interest.link;
                if (link != null && !homes.contains(link.place())) {
                    if (interest.asked || interest.standing) {
                        link.unsubscribe(interest.kind, interest.name);
                    }
                    leave(interest, Loss.MOVED);
                }
            }
        }
        for (PubSubLink link : List.copyOf(links.values())) {
            if (!homes.contains(link.place())) {
                links.remove(link.place(), link);
                link.drop("another node is the master");
            }
        }
        settle();
    }

    /** From now on nothing that the link brings counts for it. */
    private static void leave(Interest interest, Loss loss) {
        interest.link = null;
        interest.asked = false;
        if (interest.standing) {
            interest.standing = false;
            interest.loss = loss;
        }
    }

    // --- what links tell

    synchronized void ready(PubSubLink link) {
        for (Map<String, Interest> ofKind : interests) {
            for (Interest interest : ofKind.values()) {
                if (interest.link == link) {
                    ask(interest, link);
                }
            }
        }
    }

    void message(PubSubLink link, Kind kind, byte[] name, byte[] channel, byte[] payload) {
        Interest interest = interest(kind, name);
        if (interest != null && interest.link == link) {
            for (Receiver receiver : interest.receivers) {
                receiver.message(channel, payload);
            }
        }
    }

    synchronized void confirmed(PubSubLink link, Kind kind, byte[] name) {
        Interest interest = interest(kind, name);
        if (interest == null || interest.link != link || !interest.asked) {
            return;
        }
        interest.asked = false;
        interest.standing = true;
        interest.redirections = 0;
        if (interest.isUnwanted()) {
            forget(interest);
            return;
        }
        Loss loss = interest.loss;
        if (loss != null) {
            interest.loss = null;
            interest.receivers.forEach(receiver -> receiver.lost(loss));
        }
        welcome(interest);
    }

    /** The server gave up what nobody here gave up: the slot has moved. */
    synchronized void ended(PubSubLink link, Kind kind, byte[] name) {
        Interest interest = interest(kind, name);
        if (interest != null && interest.link == link && interest.standing) {
            leave(interest, Loss.MOVED);
            interest.hint = null;
            nodes.silence();
            settle(interest); // who asks the old node is told the new one
        }
    }

    synchronized void refused(PubSubLink link, Kind kind, byte[] name, String reason) {
        Interest interest = interest(kind, name);
        if (closed || interest == null || interest.link != link) {
            return;
        }
        leave(interest, Loss.MOVED);
        Reply.Failure failure = new Reply.Failure(reason);
        if (PASSING.contains(failure.code())) {
            interest.hint = failure.is("MOVED") ? target(reason) : null;
            nodes.silence();
            if (interest.hint != null && interest.redirections++ < MOST_REDIRECTIONS) {
                settle(interest);
            } else {
                settleLater();
            }
            return;
        }
        KeywrightException why = Failures.of(failure, "subscribing at " + link.place());
        plant.tally.trouble(String.valueOf(why.getMessage()));
        for (Joining each : interest.joining) {
            Deliveries.execute(plant.callbacks, () -> each.confirmed().completeExceptionally(why));
        }
        interest.joining.clear();
        if (interest.isUnwanted()) {
            forget(interest);
        } else {
            settleLater(); // it was allowed before, and may be again
        }
    }

    /** {@code MOVED 3999 127.0.0.1:6381}; a node that does not know its own address leaves the host out. */
    private static @Nullable Endpoint target(String moved) {
        String place = moved.substring(moved.lastIndexOf(' ') + 1);
        return place.startsWith(":") || place.startsWith("?") ? null : Endpoint.parse(place);
    }

    synchronized void lost(PubSubLink link, String why) {
        links.remove(link.place(), link);
        if (closed) {
            return;
        }
        plant.tally.trouble("Subscriptions are interrupted (" + why + "); tried again in the background.");
        if (link.place().equals(common)) {
            common = null;
        }
        boolean any = false;
        for (Map<String, Interest> ofKind : interests) {
            for (Iterator<Interest> all = ofKind.values().iterator(); all.hasNext(); ) {
                Interest interest = all.next();
                if (interest.link == link) {
                    leave(interest, Loss.BROKEN);
                    interest.hint = null;
                    if (interest.isUnwanted()) {
                        all.remove();
                    } else {
                        any = true;
                    }
                }
            }
        }
        if (System.nanoTime() - settledAt > TimeUnit.MILLISECONDS.toNanos(2 * longestPauseMillis)) {
            pauseMillis = SHORTEST_PAUSE_MILLIS;
        }
        if (any) {
            nodes.silence();
            settleLater();
        }
    }

    private void nextBeat() {
        Duration timeout = plant.options.timeout();
        long every = Math.max(SHORTEST_BEAT, Math.min(LONGEST_BEAT, timeout.toNanos() / BEATS_IN_A_TIMEOUT));
        if (!closed) {
            plant.timer.newTimeout(
                    ring -> {
                        try {
                            standing().forEach(link -> link.beat(timeout));
                        } finally {
                            nextBeat();
                        }
                    },
                    every,
                    TimeUnit.NANOSECONDS);
        }
    }

    private synchronized List<PubSubLink> standing() {
        return List.copyOf(links.values());
    }

    void close() {
        List<Joining> waiting = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            for (Map<String, Interest> ofKind : interests) {
                ofKind.values().forEach(interest -> waiting.addAll(interest.joining));
                ofKind.clear();
            }
            links.clear();
        }
        events.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        waiting.forEach(each -> each.confirmed().completeExceptionally(isShut()));
    }
}
