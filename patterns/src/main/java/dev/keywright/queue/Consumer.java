package dev.keywright.queue;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * One taker of entries: its list, its lease, what it has at hand. Threads: any number; one at a time asks the server for more.
 *
 * <p>What the server has in the list and what is at hand here can differ: an answer was lost, or the lease was over for a while. Then it
 * is doubtful, and the list is read.
 */
final class Consumer<T> {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final long ACKNOWLEDGED_WITHIN = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long GIVEN_BACK_AFTER = TimeUnit.SECONDS.toNanos(2);
    private static final long SAID_AGAIN_AFTER = TimeUnit.MILLISECONDS.toNanos(300);
    private static final int MOST_ACKNOWLEDGED = 1_000;
    private static final int MOST_COMPARED = 1_000_000;
    private static final int MOST_READ = 10_000;
    private static final long SHORTEST_PAUSE = 50;
    private static final long LONGEST_PAUSE = 1_000;
    private static final int LONGEST_CAUSE = 1_000;

    /**
     * That an entry is done.
     *
     * @param told who wants to know
     * @param again whether it was said before, and no answer was heard
     */
    private record Word<T>(Delivery<T> delivery, Optional<CompletableFuture<Boolean>> told, boolean again) {}

    private final QueueKeys keys;
    private final Codec<T> codec;
    private final String name;
    private final byte[] taken;
    private final ReentrantLock fetching = new ReentrantLock(); // by who takes, also while it waits
    private final ReadWriteLock wire = new ReentrantReadWriteLock(); // the list is changed by many, compared by one
    private final Queue<Delivery<T>> ready = new ConcurrentLinkedQueue<>();
    private final Map<String, Delivery<T>> held = new ConcurrentHashMap<>();
    private final Queue<Word<T>> words = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean flushing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long aliveUntil;
    private volatile long wantedAt;
    private volatile long fetchedAt;
    private volatile boolean doubtful;
    private @Nullable Session session;
    private long pauseMillis = SHORTEST_PAUSE;
    private boolean beating;
    private boolean oneTooMany;

    Consumer(QueueKeys keys, Codec<T> codec) {
        this.keys = keys;
        this.codec = codec;
        this.name = keys.lessee.newOwner();
        this.taken = keys.taken(name);
        this.aliveUntil = System.nanoTime();
    }

    boolean isAlive() {
        return aliveUntil - System.nanoTime() > 0;
    }

    boolean isClosed() {
        return closed.getCount() == 0 || keys.lessee.leases().isClosed();
    }

    Optional<Delivery<T>> take(Duration wait) throws InterruptedException {
        if (isClosed()) {
            throw new IllegalStateException(keys.where + " is closed; take from one that is open");
        }
        wantedAt = System.nanoTime();
        Delivery<T> at = next();
        if (at != null) {
            return Optional.of(at);
        }
        long nanos = QueueKeys.nanos(wait);
        long until = System.nanoTime() + nanos;
        if (!fetching.tryLock(nanos, TimeUnit.NANOSECONDS)) {
            return Optional.ofNullable(next());
        }
        try {
            return takeUntil(until);
        } catch (KeywrightException e) {
            if (Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            throw e;
        } finally {
            fetching.unlock();
        }
    }

    private Optional<Delivery<T>> takeUntil(long until) throws InterruptedException {
        while (true) {
            Delivery<T> at = next();
            if (at != null || isClosed()) {
                return Optional.ofNullable(at);
            }
            long due = fetch();
            if (ready.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) {
                    return Optional.empty();
                }
                long most = Math.min(left, LONGEST_WAIT.toMillis());
                await(Duration.ofMillis(Math.max(1, due < 0 ? most : Math.min(due, most))));
            }
        }
    }

    /** What waited here while the lease was over may be with others by now; the list will tell. */
    private @Nullable Delivery<T> next() {
        Delivery<T> next = ready.poll();
        while (next != null && !next.isHeld()) {
            forget(next);
            doubtful = true;
            next = ready.poll();
        }
        return next;
    }

    /** @return milliseconds until another is due, or -1 */
    private long fetch() {
        long due;
        wire.readLock().lock();
        try {
            due = fetch(said());
            beat();
        } finally {
            wire.readLock().unlock();
        }
        if (doubtful) {
            reconcile();
        }
        return due;
    }

    private long fetch(List<Word<T>> said) {
        long start = System.nanoTime();
        List<Reply> parts;
        try {
            parts = keys.call(keys.take(name, taken, keys.options.prefetch(), bytes(said)))
                    .items();
        } catch (KeywrightException e) {
            doubtful = true;
            notHeard(said, e);
            throw e;
        }
        aliveUntil = start + keys.options.lease().toNanos();
        fetchedAt = start;
        tell(said, parts.get(0).items());
        if (parts.get(3).number() == 1) {
            loseAll();
        }
        for (Reply entry : parts.get(1).items()) {
            accept(entry.bytes());
        }
        return parts.get(2).number();
    }

    /** As many as the server can look for in no time. Whose entry was lost has nothing to say. */
    private List<Word<T>> said() {
        int most = Math.max(1, Math.min(MOST_ACKNOWLEDGED, MOST_COMPARED / Math.max(1, held.size())));
        List<Word<T>> said = new ArrayList<>();
        while (said.size() < most) {
            Word<T> word = words.poll();
            if (word == null) {
                break;
            }
            if (word.delivery().isLost()) {
                word.told().ifPresent(told -> keys.lessee.executor().execute(() -> told.complete(false)));
            } else {
                said.add(word);
            }
        }
        return said;
    }

    private static <T> List<byte[]> bytes(List<Word<T>> said) {
        return said.stream().map(word -> word.delivery().entry.bytes).toList();
    }

    private void tell(List<Word<T>> said, List<Reply> answers) {
        List<Runnable> news = new ArrayList<>();
        for (int i = 0; i < said.size(); i++) {
            Word<T> word = said.get(i);
            forget(word.delivery());
            boolean had = answers.get(i).number() == 1
                    || word.again() && !word.delivery().isLost();
            word.told().ifPresent(told -> news.add(() -> told.complete(had)));
        }
        if (!news.isEmpty()) {
            keys.lessee.executor().execute(() -> news.forEach(Runnable::run));
        }
    }

    /** It is said again as long as the consumer has the entry, which is not handed out again meanwhile. */
    private void notHeard(List<Word<T>> said, KeywrightException failure) {
        for (Word<T> word : said) {
            if (failure instanceof KeywrightException.Unavailable
                    && !word.delivery().isLost()
                    && !isClosed()) {
                words.add(new Word<>(word.delivery(), Optional.empty(), true));
            } else {
                forget(word.delivery());
            }
            word.told().ifPresent(told -> keys.lessee.executor().execute(() -> told.completeExceptionally(failure)));
        }
        if (!words.isEmpty()) {
            flushLater(SAID_AGAIN_AFTER);
        }
    }

    private void forget(Delivery<T> delivery) {
        held.remove(delivery.entry.key, delivery);
    }

    /** The lease was over: others may have all of it. */
    private void loseAll() {
        if (!held.isEmpty()) {
            held.values().forEach(Delivery::lose);
            held.clear();
            doubtful = true;
        }
    }

    private void accept(byte[] bytes) {
        Entry entry = Entry.read(bytes);
        try {
            Delivery<T> delivery = new Delivery<>(this, entry, entry.value(codec));
            held.put(entry.key, delivery);
            ready.add(delivery);
        } catch (Throwable e) { // of the codec
            unread(entry, e);
        }
    }

    /** To the dead letters; but an Error is of the program and not of the value, a class is missing, or memory: later it may go. */
    private void unread(Entry entry, Throwable failure) {
        try {
            if (failure instanceof Error && entry.attempt < keys.options.attempts()) {
                Reply unused = move("later", keys.options.pauseAfter(entry.attempt), entry, entry.next());
            } else {
                byte[] dead = entry.dead(shortened("Cannot be decoded: " + described(failure)));
                Reply unused = move("dead", Duration.ZERO, entry, dead);
            }
        } catch (KeywrightException e) {
            doubtful = true; // the others are not held up by it
        }
    }

    /** Finds entries whose arrival was not heard of. */
    private void reconcile() {
        wire.writeLock().lock();
        try {
            doubtful = false;
            List<Reply> there = keys.connection()
                    .call(QueueKeys.range(taken, -MOST_READ, -1), keys.deadline())
                    .orThrow(keys.where)
                    .items();
            there.forEach(entry -> found(entry.bytes()));
        } catch (KeywrightException e) {
            doubtful = true;
            throw e;
        } finally {
            wire.writeLock().unlock();
        }
    }

    private void found(byte[] bytes) {
        if (bytes.length == 0) {
            Reply unused = keys.call(keys.move(taken, "away", Duration.ZERO, List.of(bytes, bytes))
                    .repeatable());
        } else if (!held.containsKey(Entry.read(bytes).key)) {
            accept(bytes);
        }
    }

    private void await(Duration wait) throws InterruptedException {
        try {
            Session open = session;
            if (open == null) {
                open = keys.connection().dedicated(keys.queue);
                session = open;
            }
            Reply reply = open.call(keys.await(taken, wait), wait.plus(GRACE)).orThrow(keys.where);
            pauseMillis = SHORTEST_PAUSE;
            if (!reply.isNothing()) {
                found(reply.bytes());
            }
        } catch (KeywrightException | IllegalStateException e) { // or the client is closed
            doubtful = true;
            hangUp();
            boolean unused = closed.await(Math.min(pauseMillis, wait.toMillis()), TimeUnit.MILLISECONDS);
            pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE);
        }
    }

    private void hangUp() {
        Session ended = session;
        session = null;
        if (ended != null) {
            keys.lessee.executor().execute(ended::close);
        }
    }

    /** Nobody is told. */
    void acknowledge(Delivery<T> delivery) {
        words.add(new Word<>(delivery, Optional.empty(), false));
        flushLater(ACKNOWLEDGED_WITHIN);
    }

    CompletionStage<Boolean> acknowledgeAndTell(Delivery<T> delivery) {
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        words.add(new Word<>(delivery, Optional.of(told), false));
        flushLater(ACKNOWLEDGED_WITHIN);
        return told;
    }

    boolean acknowledgeNow(Delivery<T> delivery) {
        wire.readLock().lock();
        try {
            boolean had = move("away", Duration.ZERO, delivery.entry, new byte[0])
                            .items()
                            .get(0)
                            .number()
                    == 1;
            forget(delivery);
            return had;
        } catch (KeywrightException e) {
            notHeard(List.of(new Word<>(delivery, Optional.empty(), true)), e);
            throw e;
        } finally {
            wire.readLock().unlock();
        }
    }

    boolean retry(Delivery<T> delivery, Duration delay, String cause) {
        return delivery.entry.attempt >= keys.options.attempts()
                ? bury(delivery, cause)
                : moved("later", delay, delivery, delivery.entry.next());
    }

    boolean failed(Delivery<T> delivery, String cause) {
        return retry(delivery, keys.options.pauseAfter(delivery.entry.attempt), cause);
    }

    boolean bury(Delivery<T> delivery, String cause) {
        return moved("dead", Duration.ZERO, delivery, delivery.entry.dead(shortened(cause)));
    }

    /** Whatever it is: it may be of users. */
    static String described(Throwable failure) {
        try {
            return failure.toString();
        } catch (Throwable e) {
            return failure.getClass().getName();
        }
    }

    private static String shortened(String cause) {
        return cause.length() > LONGEST_CAUSE ? cause.substring(0, LONGEST_CAUSE) : cause;
    }

    private boolean moved(String where, Duration delay, Delivery<T> delivery, byte[] place) {
        wire.readLock().lock();
        try {
            return move(where, delay, delivery.entry, place).items().get(0).number() == 1;
        } catch (KeywrightException e) {
            doubtful = true; // if it is still there it is handed out again
            throw e;
        } finally {
            forget(delivery);
            wire.readLock().unlock();
        }
    }

    private Reply move(String where, Duration delay, Entry entry, byte[] place) {
        return keys.call(keys.move(taken, where, delay, List.of(entry.bytes, place)));
    }

    private void flushLater(long nanos) {
        if (flushing.compareAndSet(false, true)) {
            Future<?> unused = keys.lessee.leases().later(() -> flushUnlessFetching(nanos), nanos);
        }
    }

    /** While entries are fetched all the time, words go with that. */
    private void flushUnlessFetching(long nanos) {
        flushing.set(false);
        if (words.isEmpty()) {
            return;
        }
        if (System.nanoTime() - fetchedAt < ACKNOWLEDGED_WITHIN && !isClosed()) {
            flushLater(nanos);
        } else {
            keys.lessee.executor().execute(this::flush);
        }
    }

    private void flush() {
        wire.readLock().lock();
        try {
            for (List<Word<T>> said = said(); !said.isEmpty(); said = said()) {
                if (!flush(said)) {
                    return;
                }
            }
        } finally {
            wire.readLock().unlock();
        }
    }

    private boolean flush(List<Word<T>> said) {
        List<byte[]> pairs = new ArrayList<>();
        bytes(said).forEach(each -> {
            pairs.add(each);
            pairs.add(new byte[0]);
        });
        try {
            tell(said, keys.call(keys.move(taken, "away", Duration.ZERO, pairs)).items());
            return true;
        } catch (KeywrightException e) {
            notHeard(said, e);
            return false;
        }
    }

    private void beat() {
        if (!beating) {
            beating = true;
            renew(); // at once, as others may have died before
        }
    }

    private void renewLater() {
        long pause = Math.min(keys.options.lease().toNanos() / 3, TimeUnit.SECONDS.toNanos(1));
        Future<?> unused = keys.lessee.leases().later(this::renew, pause);
    }

    private void renew() {
        if (isClosed()) {
            return;
        }
        long start = System.nanoTime();
        if (!isAlive()) {
            loseAll();
        }
        try {
            CompletionStage<Reply> unused = keys.renew(name, taken)
                    .send(keys.connection(), keys.deadline())
                    .whenComplete((reply, away) -> {
                        if (away == null && reply instanceof Reply.Items items) {
                            renewed(start, items.items());
                        }
                    });
        } finally {
            renewLater();
        }
    }

    private void renewed(long start, List<Reply> parts) {
        if (parts.get(0).number() == 0) {
            loseAll();
        }
        aliveUntil = start + keys.options.lease().toNanos();
        boolean more = parts.get(1).number() > held.size();
        if (more && oneTooMany) { // twice, as answers may be under way
            doubtful = true;
        }
        oneTooMany = more;
        if (!ready.isEmpty() && System.nanoTime() - wantedAt > GIVEN_BACK_AFTER) {
            keys.lessee.executor().execute(this::giveBackUnwanted);
        }
        for (Reply record : parts.get(2).items()) {
            CompletionStage<Reply> unused = keys.recover(record.text()).send(keys.connection(), keys.deadline());
        }
    }

    /** What was not begun goes back; so that nothing arrives any more, this waits for who waits. What was begun and not ended is recovered by others. */
    void close() {
        if (closed.getCount() == 0) {
            return;
        }
        closed.countDown();
        fetching.lock();
        try {
            hangUp();
            flush();
            giveBack();
            if (beating) {
                Reply unused = keys.call(keys.leave(name, taken, doubtful));
            }
        } catch (KeywrightException e) {
            // the lease ends by itself
        } finally {
            aliveUntil = System.nanoTime();
            fetching.unlock();
        }
    }

    /** Who takes is busy, or gone; others may not be. */
    private void giveBackUnwanted() {
        try {
            giveBack();
        } catch (KeywrightException e) {
            // it is doubtful, and found with the next take
        }
    }

    private void giveBack() {
        List<Delivery<T>> unwanted = new ArrayList<>();
        List<byte[]> pairs = new ArrayList<>();
        wire.readLock().lock();
        try {
            for (Delivery<T> each = ready.poll(); each != null; each = ready.poll()) {
                unwanted.add(each);
                pairs.add(0, each.entry.bytes);
                pairs.add(0, each.entry.bytes);
            }
            if (!pairs.isEmpty()) {
                Reply unused = keys.call(keys.move(taken, "front", Duration.ZERO, pairs));
            }
        } catch (KeywrightException e) {
            doubtful = true;
            throw e;
        } finally {
            unwanted.forEach(this::forget);
            wire.readLock().unlock();
        }
    }
}
