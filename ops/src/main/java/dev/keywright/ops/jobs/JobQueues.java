package dev.keywright.ops.jobs;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.job.JobQueue;
import dev.keywright.job.JobStats;
import dev.keywright.job.StoredJob;
import dev.keywright.lease.Lessee;
import dev.keywright.ops.Finding;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.Severity;
import dev.keywright.ops.jobs.JobsReport.Cause;
import dev.keywright.ops.jobs.JobsReport.Cron;
import dev.keywright.ops.jobs.JobsReport.OfQueue;
import dev.keywright.ops.keys.KeySearch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Looks at job queues: standalone, under Sentinel or in a Cluster. Changes nothing.
 * <ul>
 *   <li>Commands: SCAN to find queues and workers; for each queue {@code stats.lua} twice, {@code find.lua} for up to
 *       {@value #MOST_CAUSES} dead jobs, HSCAN for schedules.
 *   <li>Rights: {@code +scan +evalsha +eval +hscan +time} and what the scripts call, on {@code job:*}.
 * </ul>
 */
public final class JobQueues {

    private static final int MOST_CAUSES = 1_000;
    private static final int PAGE = 100;
    private static final int TOLD_CAUSES = 10;
    private static final int MOST_LETTERS = 120;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Connection connection;
    private final Lessee lessee;
    private final JobsOptions options;
    private final Set<String> notes = new LinkedHashSet<>();

    private JobQueues(Connection connection, Lessee lessee, JobsOptions options) {
        this.connection = connection;
        this.lessee = lessee;
        this.options = options;
    }

    /**
     * @param queue its name, or empty for all that are found
     * @throws OpsException when there is no such queue, or the user may not look at it
     */
    public static JobsReport look(String uri, Optional<String> queue, JobsOptions options, Consumer<String> progress) {
        try (Connection connection = Connection.open(uri);
                Lessee lessee = new Lessee(connection)) {
            return new JobQueues(connection, lessee, options).report(queue, progress);
        }
    }

    private JobsReport report(Optional<String> queue, Consumer<String> progress) {
        Roll roll = roll(queue, progress);
        progress.accept("looking at " + roll.workers().size() + " queues");
        Map<String, Look> first = new TreeMap<>();
        roll.workers().keySet().forEach(name -> look(name, queue.isPresent()).ifPresent(look -> first.put(name, look)));
        rest(options.between());
        List<OfQueue> queues = new ArrayList<>();
        first.forEach((name, look) -> {
            Optional<Look> second = options.between().isZero() ? Optional.empty() : look(name, queue.isPresent());
            queues.add(told(name, look, second, roll));
        });
        List<Finding> findings = queues.stream()
                .flatMap(one -> JobRules.of(one).stream())
                .sorted(Comparator.comparing(Finding::severity, Comparator.<Severity>reverseOrder()))
                .toList();
        return new JobsReport(connection.toString(), queues, roll.complete(), findings, List.copyOf(notes));
    }

    /** Names of queues and how many workers each has; unknown when keys may not be looked for. */
    private record Roll(Map<String, Optional<Integer>> workers, boolean complete) {}

    private Roll roll(Optional<String> queue, Consumer<String> progress) {
        String stem =
                queue.map(name -> KeySearch.literally(QueueKeys.stem(name))).orElse("job:{*}");
        KeySearch.Found found;
        try {
            found = KeySearch.look(connection, stem + ":*", "", options.mostKeys(), progress);
        } catch (OpsException refused) {
            if (queue.isEmpty()) {
                throw refused;
            }
            notes.add("Workers are not told: " + refused.getMessage());
            checkIsThere(queue.get());
            return new Roll(Map.of(queue.get(), Optional.empty()), true);
        }
        if (!found.complete()) {
            notes.add("Not all keys were looked at, so queues and workers may be missing. Look at more.");
        }
        Map<String, Optional<Integer>> workers = new TreeMap<>();
        for (byte[] key : found.keys()) {
            QueueKeys.of(key)
                    .ifPresent(part -> workers.merge(
                            part.queue(),
                            Optional.of(part.isWorker() ? 1 : 0),
                            (a, b) -> Optional.of(a.get() + b.get())));
        }
        if (queue.isPresent() && !workers.containsKey(queue.get())) {
            checkIsThere(queue.get());
            workers.put(queue.get(), Optional.empty());
        }
        return new Roll(workers, found.complete());
    }

    private void checkIsThere(String queue) {
        QueueKeys.checkIsThere(connection, queue);
    }

    /** A queue at one time. */
    private record Look(JobQueue queue, JobStats stats, long atNanos) {}

    private Optional<Look> look(String name, boolean alone) {
        JobQueue queue = new JobQueue(lessee, name, QueueSteering.SPARING);
        try {
            return Optional.of(new Look(queue, queue.stats(), System.nanoTime()));
        } catch (KeywrightException.Misused refused) {
            String message = "Queue " + name + " cannot be looked at: " + refused.getMessage()
                    + " Allow +evalsha +eval +time +zcard +zrange +zscore +llen +lindex +hmget on job:*.";
            if (alone) {
                throw new OpsException(message, refused);
            }
            notes.add(message);
            return Optional.empty();
        }
    }

    private static void rest(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private OfQueue told(String name, Look first, Optional<Look> second, Roll roll) {
        JobStats stats = second.orElse(first).stats();
        Map<String, Long> causes = new HashMap<>();
        int looked = stats.dead() == 0 ? 0 : causes(first.queue(), causes);
        return new OfQueue(
                name,
                stats.paused(),
                new JobsReport.Counts(
                        stats.ready(),
                        stats.later(),
                        stats.active(),
                        stats.behind(),
                        stats.inbox(),
                        stats.done(),
                        stats.dead()),
                new JobsReport.Totals(
                        stats.totalEnqueued(),
                        stats.totalTaken(),
                        stats.totalDone(),
                        stats.failed(),
                        stats.totalDead(),
                        stats.lost(),
                        stats.late(),
                        stats.cancelled()),
                second.map(later -> rates(first, later)),
                stats.oldest().toMillis() / 1e3,
                stats.overdue().toMillis() / 1e3,
                roll.workers().getOrDefault(name, Optional.empty()),
                causes.entrySet().stream()
                        .map(cause -> new Cause(cause.getKey(), cause.getValue()))
                        .sorted(Comparator.comparingLong(Cause::jobs).reversed().thenComparing(Cause::text))
                        .limit(TOLD_CAUSES)
                        .toList(),
                looked,
                schedules(name));
    }

    private static JobsReport.Rates rates(Look first, Look second) {
        double seconds = Math.max(1, second.atNanos() - first.atNanos()) / 1e9;
        JobStats before = first.stats();
        JobStats after = second.stats();
        return new JobsReport.Rates(
                rate(after.totalEnqueued() - before.totalEnqueued(), seconds),
                rate(after.totalTaken() - before.totalTaken(), seconds),
                rate(after.totalDone() - before.totalDone(), seconds),
                rate(after.failed() - before.failed(), seconds));
    }

    private static double rate(long count, double seconds) {
        return Math.round(count / seconds * 10) / 10.0;
    }

    private int causes(JobQueue queue, Map<String, Long> causes) {
        int looked = 0;
        List<StoredJob> page;
        do {
            page = queue.dead(looked, PAGE);
            page.forEach(job -> causes.merge(cause(job), 1L, Long::sum));
            looked += page.size();
        } while (page.size() == PAGE && looked < MOST_CAUSES);
        return looked;
    }

    static String cause(StoredJob job) {
        String text = job.history().isEmpty()
                ? "(not told)"
                : job.history().get(0).cause().lines().findFirst().orElse("");
        return text.length() > MOST_LETTERS ? text.substring(0, MOST_LETTERS) + "..." : text;
    }

    private List<Cron> schedules(String name) {
        Reply time = connection.call(Command.named("TIME").buildRepeatable(), PATIENCE);
        Reply found = connection.call(
                Command.named("HSCAN")
                        .key(QueueKeys.stem(name) + ":locks")
                        .argument(0)
                        .argument("MATCH")
                        .argument("t*")
                        .argument("COUNT")
                        .argument(1_000)
                        .buildRepeatable(),
                PATIENCE);
        if (time instanceof Reply.Failure || found instanceof Reply.Failure) {
            notes.add("Schedules are not told: HSCAN or TIME was refused. Allow +hscan +time.");
            return List.of();
        }
        long now = Long.parseLong(time.items().get(0).text()) * 1_000;
        if (!found.items().get(0).text().equals("0")) {
            notes.add("Queue " + name + " has many locks; not all schedules are told.");
        }
        List<Reply> pairs = found.items().get(1).items();
        List<Cron> schedules = new ArrayList<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            long last = Long.parseLong(pairs.get(i + 1).text());
            schedules.add(new Cron(pairs.get(i).text().substring(1), Math.max(0, now - last) / 1e3));
        }
        return schedules.stream().sorted(Comparator.comparing(Cron::name)).toList();
    }
}
