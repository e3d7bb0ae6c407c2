package dev.keywright.ops.backup;

import dev.keywright.ops.rdb.Entry;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks whoever serves a key something about it, and takes the answers in order. Nobody waits for anybody: a server may owe
 * thousands of answers or megabytes before one is awaited. Keys whose slot moved meanwhile are asked about again where it went.
 * Not for several threads.
 */
final class Pipeline {

    /** What is asked, and what is done with the answers. */
    interface Exchange {
        /** How many answers come about a key. */
        int questions();

        void ask(Wire wire, Entry entry) throws IOException;

        void answered(List<Answer> answers, Owner owner, Entry entry) throws IOException;

        /** Whether there is enough to {@link #settle} for. */
        default boolean isFull() {
            return false;
        }

        /** Nobody owes an answer now, and the database is still the one of what was asked. */
        default void settle() throws IOException {}
    }

    private static final int PAGE_KEYS = 200;
    private static final long PAGE_BYTES = 256 * 1024;
    private static final int MOST_OWED = 5_000;
    private static final long MOST_OWED_BYTES = 8L << 20;
    private static final int MOST_ELSEWHERE = 1_000;
    private static final Duration MOVING = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** The slot is elsewhere, or soon will be; nothing was done. */
    private static final Set<String> ELSEWHERE = Set.of("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN");

    private final Target to;
    private final Exchange exchange;
    private final List<Entry> elsewhere = new ArrayList<>();
    private int database;
    private int pageKeys;
    private long pageBytes;

    Pipeline(Target to, Exchange exchange) {
        this.to = to;
        this.exchange = exchange;
    }

    /** Asks about a key, in its database; what was asked earlier may be answered meanwhile. */
    void send(Entry entry) throws IOException {
        if (entry.database() != database) {
            finish();
            database = entry.database();
        }
        ask(entry);
        if (pageKeys >= PAGE_KEYS || pageBytes >= PAGE_BYTES) {
            turnPage();
        }
    }

    private void ask(Entry entry) throws IOException {
        Owner owner = to.owner(entry.key());
        if (owner.hasRested()) {
            owner.flush();
            settle(owner, 0, 0);
        }
        owner.select(entry.database());
        exchange.ask(owner.wire(), entry);
        owner.owes(entry);
        pageKeys++;
        pageBytes += entry.payload().length;
    }

    private void turnPage() throws IOException {
        pageKeys = 0;
        pageBytes = 0;
        to.flush();
        for (Owner owner : to.owners()) {
            settle(owner, MOST_OWED, MOST_OWED_BYTES);
        }
        if (exchange.isFull() || elsewhere.size() >= MOST_ELSEWHERE) {
            finish();
        }
    }

    /** Returns when all is answered and settled. */
    void finish() throws IOException {
        await();
        followMoves();
        exchange.settle();
    }

    private void await() throws IOException {
        to.flush();
        for (Owner owner : to.owners()) {
            settle(owner, 0, 0);
        }
    }

    private void settle(Owner owner, int keys, long bytes) throws IOException {
        while (owner.owesMoreThan(keys, bytes)) {
            Entry entry = owner.next();
            List<Answer> answers = new ArrayList<>(exchange.questions());
            for (int i = 0; i < exchange.questions(); i++) {
                answers.add(owner.answers().read());
            }
            if (isElsewhere(answers.get(answers.size() - 1))) {
                elsewhere.add(entry);
            } else {
                exchange.answered(answers, owner, entry);
            }
        }
    }

    private static boolean isElsewhere(Answer answer) {
        return answer instanceof Answer.Failed failed
                && ELSEWHERE.contains(failed.text().split(" ", 2)[0]);
    }

    private void followMoves() throws IOException {
        long deadline = System.nanoTime() + MOVING.toNanos();
        while (!elsewhere.isEmpty()) {
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                throw new IOException("slots are moving, and " + elsewhere.size() + " keys found no server");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            to.lookAgain();
            List<Entry> again = List.copyOf(elsewhere);
            elsewhere.clear();
            for (Entry entry : again) {
                ask(entry);
            }
            await();
        }
    }
}
