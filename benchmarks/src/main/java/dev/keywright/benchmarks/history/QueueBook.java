package dev.keywright.benchmarks.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * What producers and workers said about each number, what befell them and their server, and the verdict. Times are those of this process's
 * monotonic clock, at which a word was heard. Threads: any number.
 */
final class QueueBook {

    /** From its start to its end; what befalls a process may have others do its work again. */
    static final class Life {

        private final List<Long> faults = new ArrayList<>(); // guarded by the book

        private boolean hasFaultBetween(long from, long to) {
            return faults.stream().anyMatch(at -> at - from >= 0 && to - at >= 0);
        }
    }

    private static final class Run {

        private final Life life;
        private final long begun;
        private boolean done;

        Run(Life life, long begun) {
            this.life = life;
            this.begun = begun;
        }
    }

    /** While it went on the server did not answer, or forgot. */
    private record Trouble(long from, long to) {}

    /** What was sent between these was not there afterwards, as far as it is not in {@code present}. */
    private record Loss(long from, long to, BitSet present) {}

    /**
     * What came of all numbers.
     *
     * @param sent of which producers were told so
     * @param missing that were sent and not handled, though the server had them
     * @param lostByServer that were sent not long before the server was lost, and that it did not have afterwards; where nothing is
     *     acknowledged this may also be who took them and died
     * @param again how often a number was handled once more than needed, for any of the reasons that follow
     * @param ticks seconds that were handled; and those left out, and handled again
     */
    record Verdict(
            int sent,
            int missing,
            int lostByServer,
            int again,
            int afterLease,
            int afterServer,
            int sentTwice,
            int unexplained,
            int ticks,
            int ticksLeftOut,
            int ticksAgain) {}

    private final int most;
    private final QueueKind kind;
    private final long lease;
    private final int[] tries;
    private final long[] sentAt;
    private final boolean[] isSent;
    private final List<List<Run>> runs = new ArrayList<>();
    private final List<Trouble> troubles = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();
    private final NavigableSet<Integer> ticks = new TreeSet<>();
    private int ticksAgain;
    private int sent;
    private int handled;

    QueueBook(QueueKind kind, int most, Duration lease) {
        this.kind = kind;
        this.most = most;
        this.lease = lease.toNanos();
        this.tries = new int[most + 1];
        this.sentAt = new long[most + 1];
        this.isSent = new boolean[most + 1];
        for (int i = 0; i <= most; i++) {
            runs.add(List.of());
        }
    }

    // --- what is said

    synchronized void hear(Life life, String line) {
        String[] words = line.split(" ");
        long now = System.nanoTime();
        int number = words.length > 1 ? Integer.parseInt(words[1]) : 0;
        switch (words[0]) {
            case "t" -> {
                for (int i = number; i <= Integer.parseInt(words[2]); i++) {
                    tries[i]++;
                }
            }
            case "s" -> {
                for (int i = number; i <= Integer.parseInt(words[2]); i++) {
                    sent += isSent[i] ? 0 : 1;
                    isSent[i] = true;
                    sentAt[i] = now;
                }
            }
            case "b" -> begun(number, new Run(life, now));
            case "d" -> done(number, life);
            case "k" -> ticksAgain += ticks.add(number) ? 0 : 1;
            default -> {
                // it has begun
            }
        }
    }

    private void begun(int number, Run run) {
        if (runs.get(number).isEmpty()) {
            runs.set(number, new ArrayList<>(1));
        }
        runs.get(number).add(run);
    }

    private void done(int number, Life life) {
        List<Run> all = runs.get(number);
        if (all.stream().noneMatch(run -> run.done)) {
            handled++;
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).life == life && !all.get(i).done) {
                all.get(i).done = true;
                return;
            }
        }
        throw new IllegalStateException(number + " was done by who did not begin");
    }

    /** The first of these that is not known to be sent; more than the last when all are. */
    synchronized int next(int first, int last) {
        int next = first;
        while (next <= last && isSent[next]) {
            next++;
        }
        return next;
    }

    synchronized int sent() {
        return sent;
    }

    synchronized int handled() {
        return handled;
    }

    /** Whether nothing that was sent waits. */
    synchronized boolean isAllHandled() {
        for (int i = 1; i <= most; i++) {
            if (isSent[i] && runs.get(i).stream().noneMatch(run -> run.done)) {
                return false;
            }
        }
        return true;
    }

    // --- what befalls them

    synchronized void befell(Life life) {
        life.faults.add(System.nanoTime());
    }

    synchronized void trouble(long from) {
        troubles.add(new Trouble(from, System.nanoTime()));
    }

    /** @param to before {@code present} was asked for */
    synchronized void loss(long from, long to, BitSet present) {
        losses.add(new Loss(from, to, present));
    }

    // --- the verdict

    synchronized Verdict verdict() {
        int missing = 0;
        int lost = 0;
        int[] why = new int[4];
        for (int i = 1; i <= most; i++) {
            List<Run> done = runs.get(i).stream().filter(run -> run.done).toList();
            if (isSent[i] && done.isEmpty()) {
                if (isLost(i)) {
                    lost++;
                } else {
                    missing++;
                }
            }
            for (int j = 1; j < done.size(); j++) {
                why[reason(i, done.get(j - 1), done.get(j))]++;
            }
        }
        int span = ticks.isEmpty() ? 0 : ticks.last() - ticks.first() + 1;
        return new Verdict(
                sent,
                missing,
                lost,
                why[0] + why[1] + why[2] + why[3],
                why[0],
                why[1],
                why[2],
                why[3],
                ticks.size(),
                span - ticks.size(),
                ticksAgain);
    }

    private boolean isLost(int number) {
        return losses.stream()
                .anyMatch(loss ->
                        sentAt[number] - loss.from >= 0 && loss.to - sentAt[number] >= 0 && !loss.present.get(number));
    }

    /** A lease is over at the soonest half of it after what befell its holder, as it is renewed in time. */
    private int reason(int number, Run before, Run after) {
        long from = before.begun - 2 * lease;
        if (before.life.hasFaultBetween(from, after.begun - lease / 2)
                || after.life.hasFaultBetween(from, after.begun)) {
            return 0;
        }
        if (troubles.stream()
                .anyMatch(each -> after.begun - each.from >= 0 && each.to + 2 * lease - before.begun >= 0)) {
            return 1;
        }
        return tries[number] > 1 && !kind.remembers ? 2 : 3;
    }

    /** For a closer look: numbers that are missing, or done again without a reason. */
    synchronized List<String> oddities(int count) {
        List<String> odd = new ArrayList<>();
        for (int i = 1; i <= most && odd.size() < count; i++) {
            List<Run> done = runs.get(i).stream().filter(run -> run.done).toList();
            if (isSent[i] && done.isEmpty() && !isLost(i)) {
                odd.add(i + " is missing; begun " + runs.get(i).size() + " times");
            }
            for (int j = 1; j < done.size(); j++) {
                if (reason(i, done.get(j - 1), done.get(j)) == 3) {
                    odd.add(i + " was done again after "
                            + (done.get(j).begun - done.get(j - 1).begun) / 1_000_000 + " ms, "
                            + (done.get(j).life == done.get(j - 1).life ? "by the same" : "by another"));
                }
            }
        }
        return odd;
    }
}
