package dev.keywright.pubsub;

import dev.keywright.codec.Codecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;

/**
 * A mailbox under interleavings that a model checker chooses: what is offered is heard, or counted as dropped and told of by a gap. It also
 * finds threads that wait for ever. Argument: how many interleavings.
 */
final class MailboxModel {

    private static final int OFFERED = 3;

    private final AtomicInteger heard = new AtomicInteger();
    private final AtomicInteger missed = new AtomicInteger();
    private final List<Thread> runs = new ArrayList<>();

    private MailboxModel() {}

    /** Each turn of the listener on a thread of its own, which the checker interleaves with the others. */
    private void execute(Runnable turn) {
        Thread thread = new Thread(turn);
        synchronized (runs) {
            runs.add(thread);
        }
        thread.start();
    }

    private Thread next(int place) {
        synchronized (runs) {
            return place < runs.size() ? runs.get(place) : Thread.currentThread();
        }
    }

    private void check(Overflow overflow) {
        TopicListener<String> listener = new TopicListener<>() {
            @Override
            public void message(Message<String> message) {
                heard.incrementAndGet();
            }

            @Override
            public void gap(Gap gap) {
                missed.addAndGet((int) gap.missed().orElseThrow());
            }
        };
        ListenerOptions options = ListenerOptions.DEFAULTS.withCapacity(1).withOverflow(overflow);
        Mailbox<String> mailbox = new Mailbox<>(listener, options, this::execute, new Counts(), null);
        Thread one = new Thread(() -> offer(mailbox, 1));
        Thread two = new Thread(() -> offer(mailbox, OFFERED - 1));
        one.start();
        two.start();
        try {
            one.join();
            two.join();
            int place = 0;
            for (Thread turn = next(place); turn != Thread.currentThread(); turn = next(place)) {
                turn.join();
                place++;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (heard.get() + missed.get() != OFFERED || missed.get() != mailbox.dropped()) {
            throw new AssertionError("Of " + OFFERED + ", " + heard + " were heard, gaps told of " + missed + ", "
                    + mailbox.dropped() + " were dropped");
        }
    }

    private static void offer(Mailbox<String> mailbox, int times) {
        for (int i = 0; i < times; i++) {
            mailbox.offer(new Arrival<>(Codecs.string(), "a", Optional.empty(), new byte[] {'x'}));
        }
    }

    public static void main(String[] arguments) {
        int interleavings = Integer.parseInt(arguments[0]);
        for (Overflow overflow : List.of(Overflow.DROP_OLDEST, Overflow.DROP_NEWEST)) {
            Lincheck.runConcurrentTest(interleavings, () -> new MailboxModel().check(overflow));
            System.err.println(
                    overflow + ", " + interleavings + " interleavings: each message was heard or its gap told");
        }
    }
}
