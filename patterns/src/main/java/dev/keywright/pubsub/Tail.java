package dev.keywright.pubsub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.codec.Codec;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Session;
import dev.keywright.lease.Stem;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits at the end of a stream for all local listeners, on a thread and connection of its own while there are some, and reads for them:
 * what several want from the same place is read and decoded once.
 */
final class Tail<T> {

    private static final Script READ = Script.beside(Tail.class, "read.lua");
    private static final byte[] COUNT = Integer.toString(DurableTopic.AT_A_TIME).getBytes(US_ASCII);

    /** After which everybody looks, whatever was heard. */
    private static final Duration BLOCK = Duration.ofSeconds(5);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final int REMEMBERED = 8;

    private final Topics topics;
    private final Stem name;
    private final byte[] key;
    private final Codec<T> codec;
    private final List<Replay<T>> replays = new CopyOnWriteArrayList<>();
    /** Batches with something in them, by where they begin; what was read once stays so. */
    private final Map<Place, CompletionStage<Batch<T>>> recent = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, CompletionStage<Batch<T>>> eldest) {
            return size() > REMEMBERED;
        }
    };

    private @Nullable Thread waiting;

    Tail(Topics topics, Stem name, Codec<T> codec) {
        this.topics = topics;
        this.name = name;
        this.key = name.key("");
        this.codec = codec;
    }

    // --- reading

    /** Tells of the stream without reading. */
    Batch<T> look() {
        Reply reply =
                READ.with(key, "$".getBytes(US_ASCII), COUNT).repeatable().call(topics.connection(), topics.timeout());
        return Batch.of(reply.orThrow("read of " + name), name.name(), codec);
    }

    CompletionStage<Batch<T>> after(Place place) {
        synchronized (recent) {
            CompletionStage<Batch<T>> known = recent.get(place);
            if (known != null) {
                return known;
            }
        }
        return READ.with(key, place.toString().getBytes(US_ASCII), COUNT)
                .repeatable()
                .send(topics.connection(), topics.timeout())
                .thenApply(reply -> remembered(place, Batch.of(reply.orThrow("read of " + name), name.name(), codec)));
    }

    /** The first that was read from there, if several were at it. */
    private Batch<T> remembered(Place place, Batch<T> batch) {
        if (!batch.isEmpty() && batch.state() == null) {
            synchronized (recent) {
                CompletionStage<Batch<T>> other = recent.putIfAbsent(place, CompletableFuture.completedStage(batch));
                return other == null ? batch : other.toCompletableFuture().join();
            }
        }
        return batch;
    }

    void later(Runnable work, long pause, TimeUnit unit) {
        CompletableFuture.delayedExecutor(pause, unit, topics.listeners()).execute(work);
    }

    // --- waiting

    void join(Replay<T> replay) {
        synchronized (this) {
            replays.add(replay);
            if (waiting == null) {
                topics.add(this);
                waiting = new Thread(this::run, "keywright-tail");
                waiting.setDaemon(true);
                waiting.start();
            }
        }
        replay.call();
    }

    synchronized void leave(Replay<T> replay) {
        if (replays.remove(replay) && replays.isEmpty() && waiting != null) {
            topics.remove(this);
            waiting.interrupt();
            waiting = null;
            synchronized (recent) {
                recent.clear();
            }
        }
    }

    void over() {
        for (Replay<T> replay : replays) {
            replay.over();
            leave(replay);
        }
    }

    private synchronized boolean isMine() {
        return waiting == Thread.currentThread();
    }

    private void run() {
        Duration pause = SHORTEST_PAUSE;
        while (isMine()) {
            try (Session session = topics.connection().dedicated(key)) {
                Place place = end();
                replays.forEach(Replay::call);
                while (isMine()) {
                    place = await(session, place);
                    pause = SHORTEST_PAUSE;
                }
            } catch (RuntimeException | Error away) { // whatever it was: listeners are not left alone
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                if (isMine()) {
                    LockSupport.parkNanos(this, pause.toNanos());
                }
            }
        }
    }

    private Place end() {
        Batch.State state = look().state();
        return state == null ? Place.BEGINNING : state.last();
    }

    /** Waits for messages after the place, reads them for all who stand there, and calls everybody; where the end is now. */
    private Place await(Session session, Place place) {
        Command read = Command.named("XREAD")
                .argument("COUNT")
                .argument(1)
                .argument("BLOCK")
                .argument(BLOCK.toMillis())
                .argument("STREAMS")
                .key(key)
                .argument(place.toString())
                .buildRepeatable();
        Reply news = session.call(read, BLOCK.plus(topics.timeout())).orThrow("XREAD on " + name);
        if (news.isNothing()) {
            replays.forEach(Replay::call);
            return end(); // a stream that was replaced may end before the place
        }
        Place end = place;
        for (Batch<T> batch = read(end); !batch.isEmpty(); batch = read(end)) {
            end = batch.end(end);
            replays.forEach(Replay::call);
        }
        return end;
    }

    private Batch<T> read(Place place) {
        Reply reply = READ.with(key, place.toString().getBytes(US_ASCII), COUNT)
                .repeatable()
                .call(topics.connection(), topics.timeout());
        return remembered(place, Batch.of(reply.orThrow("read of " + name), name.name(), codec));
    }
}
