package dev.keywright.connection;

import dev.keywright.KeywrightException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One node that tells of changes. It has one connection at a time, a {@link Link}; when that is lost another one is opened and armed,
 * after a pause that grows from 10 ms to the longest of the connection's options and begins anew once a link has lasted that long.
 */
final class TrackedNode {

    private static final long SHORTEST_PAUSE_MILLIS = 10;

    private static final Command STATE =
            Command.named("CLUSTER").argument("INFO").buildRepeatable();

    private final TrackingNodes owner;
    private final Endpoint place;
    private final RedisURI uri;
    private final AtomicReference<@Nullable Link> standing = new AtomicReference<>();
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private volatile boolean closed;

    TrackedNode(TrackingNodes owner, Endpoint place, RedisURI uri) {
        this.owner = owner;
        this.place = place;
        this.uri = uri;
    }

    Endpoint place() {
        return place;
    }

    /** Completes when the first attempt ends. */
    CompletableFuture<Void> first() {
        return first;
    }

    /** The link, if it is armed. */
    @Nullable
    Link link() {
        Link link = standing.get();
        return link != null && link.armed ? link : null;
    }

    void open() {
        open(SHORTEST_PAUSE_MILLIS);
    }

    private void open(long nextPause) {
        if (closed) {
            return;
        }
        CompletionStage<?> unused = owner.client
                .connectAsync(ByteArrayCodec.INSTANCE, uri)
                .whenComplete((made, away) -> {
                    if (made != null) {
                        new Link(made, nextPause).arm();
                    } else {
                        again(Failures.cannotConnect(place.toString(), away), nextPause);
                    }
                });
    }

    private void again(KeywrightException why, long pause) {
        if (closed || owner.isClosed()) {
            return;
        }
        first.completeExceptionally(why);
        owner.plant.tally.trouble(String.valueOf(why.getMessage()));
        if (!owner.isHome(place)) {
            owner.leave(this);
            return;
        }
        long jittered = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
        long next = Math.min(pause * 2, longestPauseMillis());
        owner.plant.timer.newTimeout(ring -> open(next), jittered, TimeUnit.MILLISECONDS);
    }

    private long longestPauseMillis() {
        return Math.max(
                SHORTEST_PAUSE_MILLIS, owner.plant.options.reconnectEvery().toMillis());
    }

    /** What was read so far is worthless; what is read from now on is not. */
    void renew() {
        Link link = standing.get();
        if (link != null) {
            link.renew();
        }
    }

    void beat(Duration patience) {
        Link link = standing.get();
        if (link != null) {
            link.beat(patience);
        }
    }

    void close() {
        closed = true;
        Link link = standing.get();
        if (link != null) {
            link.drop("closed");
        }
    }

    /** One connection, from its arming to its loss. Its events come on the transport's thread. */
    final class Link implements PushListener, RedisConnectionStateListener {

        private final StatefulRedisConnection<byte[], byte[]> connection;
        private final RedisChannelWriter writer;
        private final long nextPause;
        private final long since = System.nanoTime();
        private volatile Tracking.Bond bond = new Tracking.Bond();
        private final Object writing = new Object();
        private final Object renewing = new Object();
        private volatile long heard = since;
        private volatile boolean asking;
        private volatile boolean armed;
        private volatile boolean lost;
        private @Nullable String role;

        Link(StatefulRedisConnection<byte[], byte[]> connection, long nextPause) {
            this.connection = connection;
            this.writer = Nodes.writerOf(connection);
            this.nextPause = nextPause;
        }

        Tracking.Bond bond() {
            return bond;
        }

        void arm() {
            standing.set(this);
            connection.addListener((PushListener) this);
            connection.addListener((RedisConnectionStateListener) this);
            if (closed || !connection.isOpen()) {
                drop("the connection broke");
                return;
            }
            write(List.of(new Asked(arming(owner.mode), this::tracked)));
            ask();
        }

        /**
         * Hands the calls to the transport, none of another thread's between them: a read is tracked only if the permission for it
         * comes right before it. The transport keeps the order of whatever comes from outside its own thread.
         */
        void write(Collection<Call> calls) {
            try {
                synchronized (writing) {
                    writer.write(calls);
                }
            } catch (RuntimeException e) {
                calls.forEach(call -> call.settle(new Call.Broken(e, true)));
            }
        }

        /** The call that lets the server track the next one. */
        Call permission(Command caching) {
            return new Asked(caching, outcome -> {
                if (outcome instanceof Reply.Failure failure) {
                    drop("CLIENT CACHING: " + failure.message());
                }
            });
        }

        // --- is it still so?

        void beat(Duration patience) {
            if (System.nanoTime() - heard > patience.toNanos()) {
                drop("no answer in " + Failures.words(patience));
            } else if (armed && !asking) {
                ask();
            }
        }

        private void ask() {
            asking = true;
            List<Call> questions = new ArrayList<>();
            if (owner.isCluster()) {
                questions.add(new Asked(STATE, this::state));
            }
            questions.add(new Asked(RoleReply.COMMAND, this::role));
            write(questions);
        }

        private void tracked(Object outcome) {
            if (outcome instanceof Reply.Failure refused) {
                drop(Failures.of(refused, "CLIENT TRACKING at " + place));
            }
        }

        /** A node that is cut off from most others says so before they give its slots to another one. */
        private void state(Object outcome) {
            if (outcome instanceof Reply.Text info && !info.text().contains("cluster_state:ok")) {
                drop("the node cannot reach most others of the Cluster");
            }
        }

        private void role(Object outcome) {
            if (!(outcome instanceof Reply reply)) {
                drop("the connection broke");
                return;
            }
            if (reply instanceof Reply.Items items) { // else it is busy, or we may not ask; it lives
                String word = items.items().get(0).text();
                if (role == null ? word.equals("slave") && owner.wantsMasters() : !role.equals(word)) {
                    drop("its role is " + word + " now");
                    return;
                }
                role = word;
            }
            heard = System.nanoTime();
            asking = false;
            if (!armed && !lost) {
                armed = true;
                first.complete(null);
            }
        }

        // --- what the server tells

        @Override
        public void onPushMessage(PushMessage push) {
            if (!push.getType().equals("invalidate")) {
                return;
            }
            List<Object> parts = push.getContent();
            if (parts.size() > 1 && parts.get(1) instanceof List<?> keys) {
                try {
                    keys.forEach(key -> owner.listener.invalidated(bytes((ByteBuffer) key)));
                } catch (RuntimeException e) {
                    renew();
                }
            } else {
                renew(); // a database was emptied
            }
        }

        private static byte[] bytes(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
            drop("the connection broke");
        }

        // --- the end

        void renew() {
            synchronized (renewing) {
                Tracking.Bond before = bond;
                bond = new Tracking.Bond();
                before.end();
                if (lost) {
                    bond.end();
                }
            }
            owner.tellEnd();
        }

        private void drop(String why) {
            drop(new KeywrightException.Unavailable(
                    "Changes are not told any more (" + place + ", " + why + "); tried again in the background.",
                    false));
        }

        private void drop(KeywrightException why) {
            lost = true;
            bond.end();
            if (standing.compareAndSet(this, null)) {
                if (!owner.isClosed()) { // else all connections are closed together
                    CompletionStage<?> unused = connection.closeAsync();
                }
                owner.tellEnd();
                boolean lasted =
                        armed && System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(longestPauseMillis());
                again(why, lasted ? SHORTEST_PAUSE_MILLIS : nextPause);
            }
        }
    }

    private static Command arming(Tracking.Mode mode) {
        Command.Builder command = Command.named("CLIENT").argument("TRACKING").argument("ON");
        if (mode instanceof Tracking.Mode.Broadcast broadcast) {
            command.argument("BCAST");
            broadcast.prefixes().forEach(prefix -> command.argument("PREFIX").argument(prefix));
        } else {
            command.argument("OPTIN");
        }
        return command.build();
    }

    /** What is asked for the link's own sake. */
    private static final class Asked extends Call {

        private final Consumer<Object> answer;

        Asked(Command command, Consumer<Object> answer) {
            super(command);
            this.answer = answer;
        }

        @Override
        @SuppressWarnings("NullAway") // settled: the outcome is there
        void settled() {
            answer.accept(outcome());
        }
    }
}
