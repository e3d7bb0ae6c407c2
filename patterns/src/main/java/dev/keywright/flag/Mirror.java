package dev.keywright.flag;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Tracking;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The copy of one set of flags in this process. The server tells which keys change, and one thread reads those again; when it may have
 * missed something it reads everything. What cannot be read leaves the copy as it was.
 */
final class Mirror implements Tracking.Listener, Runnable, AutoCloseable {

    private static final long SHORTEST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 500;
    private static final long LOOK_MILLIS = 1_000;
    private static final int CALLS_AT_ONCE = 16;

    private final Supplier<Connection> source;
    private final boolean owner;
    private final FlagKeys keys;
    private final Optional<Duration> deadline;
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final Thread thread;

    private final Object inbox = new Object();
    private Set<String> changed = new HashSet<>();
    private List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private boolean closed;

    private volatile Known known = Known.NOTHING;
    private volatile @Nullable Connection connection;
    private @Nullable Tracking tracking;
    private volatile Tracking.@Nullable Bond bond;
    private volatile long confirmed;

    /** @param owner whether the connection is closed with this */
    Mirror(Supplier<Connection> source, boolean owner, FlagKeys keys, Optional<Duration> deadline) {
        this.source = source;
        this.owner = owner;
        this.keys = keys;
        this.deadline = deadline;
        this.thread = new Thread(this, "keywright-flags");
        thread.setDaemon(true);
    }

    /** @throws KeywrightException.Misused when the server does not allow it */
    void start(Duration patience) {
        thread.start();
        try {
            first.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException away) {
            // fallbacks, until it answers
        } catch (ExecutionException e) {
            close();
            if (e.getCause() instanceof KeywrightException.Misused refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Known known() {
        return known;
    }

    /** @throws KeywrightException.Unavailable before there is one */
    Connection connection() {
        Connection there = connection;
        if (there == null) {
            throw new KeywrightException.Unavailable(
                    "Not connected yet (" + keys + "); nothing was sent. It is tried in the background.", false);
        }
        return there;
    }

    Duration deadline() {
        return deadline.orElseGet(() -> connection().options().timeout());
    }

    boolean live() {
        Tracking.Bond now = bond;
        return now != null && now.holds();
    }

    Optional<Duration> age() {
        if (live()) {
            return Optional.of(Duration.ZERO);
        }
        return confirmed == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(System.nanoTime() - confirmed));
    }

    /** Completes once the copy has what these keys hold now, or they could not be read. */
    CompletableFuture<Void> caughtUp(Collection<String> written) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (inbox) {
            if (closed) {
                return CompletableFuture.completedFuture(null);
            }
            changed.addAll(written);
            waiting.add(done);
            inbox.notifyAll();
        }
        return done;
    }

    /** As {@link #caughtUp(Collection)}, for users: what they do then is not done on the thread that follows the server. */
    CompletionStage<Void> caughtUpLater(Collection<String> written) {
        return caughtUp(written)
                .thenRunAsync(() -> {}, connection().options().callbacks().orElse(ForkJoinPool.commonPool()));
    }

    /** As {@link #caughtUp(Collection)}, waiting no longer than a command may take. */
    void catchUp(Collection<String> written) {
        try {
            caughtUp(written).get(deadline().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException late) {
            // what was changed is stored; the copy follows
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // --- told by the server

    @Override
    public void invalidated(byte[] key) {
        synchronized (inbox) {
            changed.add(new String(key, UTF_8));
            inbox.notifyAll();
        }
    }

    @Override
    public void ended() {
        synchronized (inbox) {
            inbox.notifyAll();
        }
    }

    // --- one thread

    @Override
    public void run() {
        long pause = 0;
        boolean ended = false;
        while (!ended) {
            List<CompletableFuture<Void>> waited;
            Set<String> told;
            synchronized (inbox) {
                rest(pause);
                ended = closed; // nobody waits from then on
                told = changed;
                changed = new HashSet<>();
                waited = waiting;
                waiting = new ArrayList<>();
            }
            if (!ended) {
                pause = follow(told) ? SHORTEST_PAUSE_MILLIS : Math.min(LONGEST_PAUSE_MILLIS, pause * 2 + 10);
            }
            waited.forEach(each -> each.complete(null));
        }
        release();
    }

    /** At least so long between two reads; then until there is something to read. */
    private void rest(long pause) {
        try {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
            for (long left = pause; left > 0 && !closed; left = (until - System.nanoTime()) / 1_000_000) {
                inbox.wait(left);
            }
            while (!closed && live() && changed.isEmpty() && waiting.isEmpty()) {
                confirmed = System.nanoTime();
                inbox.wait(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** @return whether changes are told from now on */
    private boolean follow(Set<String> told) {
        try {
            if (live()) {
                readSome(told);
            } else {
                readAll();
            }
            confirmed = System.nanoTime();
            first.complete(null);
        } catch (KeywrightException.Misused refused) {
            bond = null;
            first.completeExceptionally(refused);
        } catch (KeywrightException.Unavailable away) {
            bond = null;
        } catch (RuntimeException
                | Error unexpected) { // such as a wrong answer, or no memory; the copy stays what it was
            bond = null;
            first.completeExceptionally(unexpected);
        }
        return live();
    }

    private Tracking tracking() {
        Tracking there = tracking;
        if (there == null) {
            Connection made = connection == null ? source.get() : connection();
            connection = made;
            there = made.tracking(new Tracking.Mode.Broadcast(List.of(keys.prefix())), this);
            tracking = there;
        }
        return there;
    }

    private void readAll() {
        Tracking told = tracking();
        Tracking.Tracked read = told.call(keys.readFlags(), deadline());
        Known fresh = known.withoutPages().withFlags(flags(read.reply()));
        List<FlagKeys.Place> places =
                connection().call(keys.readLabels(), deadline()).orThrow(keys.toString()).items().stream()
                        .map(label -> FlagKeys.Place.of(label.text()))
                        .toList();
        known = fresh.withPages(pages(places));
        bond = read.bond();
    }

    private void readSome(Set<String> told) {
        Known fresh = known;
        if (told.stream().anyMatch(keys::isFlags)) {
            fresh = fresh.withFlags(flags(connection().call(keys.readFlags(), deadline())));
        }
        List<FlagKeys.Place> places =
                told.stream().map(keys::place).flatMap(Optional::stream).toList();
        known = places.isEmpty() ? fresh : fresh.withPages(pages(places));
    }

    /** The stored flags; as long as there was one there is a field that is none. */
    private Map<String, String> flags(Reply read) {
        List<Reply> words = read.orThrow(keys.toString()).items();
        if (words.isEmpty() && known.stored) {
            throw new KeywrightException.Unavailable(
                    "The flags are gone (" + keys + "); the last known ones count. Restore them.", false);
        }
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            flags.put(words.get(i).text(), words.get(i + 1).text());
        }
        flags.remove("");
        return flags;
    }

    private Map<FlagKeys.Place, Page> pages(List<FlagKeys.Place> places) {
        Map<FlagKeys.Place, Page> pages = new LinkedHashMap<>();
        int step = FlagKeys.PAGES_AT_ONCE * CALLS_AT_ONCE;
        for (int from = 0; from < places.size(); from += step) {
            List<FlagKeys.Place> some = places.subList(from, Math.min(places.size(), from + step));
            List<Reply> read = read(some);
            for (int i = 0; i < read.size(); i++) {
                long number = some.get(i).page();
                pages.put(some.get(i), Page.of(number, read.get(i)));
            }
        }
        return pages;
    }

    private List<Reply> read(List<FlagKeys.Place> places) {
        List<Script.Invocation> calls = new ArrayList<>();
        List<Command> commands = new ArrayList<>();
        for (int from = 0; from < places.size(); from += FlagKeys.PAGES_AT_ONCE) {
            calls.add(keys.readPages(places.subList(from, Math.min(places.size(), from + FlagKeys.PAGES_AT_ONCE))));
            commands.add(calls.get(calls.size() - 1).byDigest());
        }
        List<Reply> answers = connection().batch(commands, deadline());
        List<Reply> pages = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            Reply answer = Script.isUnknown(answers.get(i))
                    ? connection().call(calls.get(i).byText(), deadline())
                    : answers.get(i);
            pages.addAll(answer.orThrow(keys.toString()).items());
        }
        return pages;
    }

    // --- the end

    @Override
    public void close() {
        synchronized (inbox) {
            closed = true;
            inbox.notifyAll();
        }
        if (Thread.currentThread() != thread) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    boolean isClosed() {
        synchronized (inbox) {
            return closed;
        }
    }

    private void release() {
        bond = null;
        Connection there = connection;
        try {
            if (tracking != null) {
                tracking.close();
            }
        } finally {
            if (owner && there != null) {
                there.close();
            }
        }
    }
}
