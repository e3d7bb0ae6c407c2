package dev.keywright.job;

import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.List;

/**
 * A queue in numbers: how many jobs are where, all at one instant, and what has happened since its keys were made.
 *
 * @param inbox those that a script or transaction has put there and no worker has seen yet
 * @param oldest how long the first job of those that are ready has waited, less its priority's lead
 * @param overdue by how much the first of those for later is late
 * @param failed attempts that ended with a failure
 * @param lost jobs whose worker was lost
 * @param late results that came when the job was not theirs any more, and were refused
 */
public record JobStats(
        long ready,
        long later,
        long active,
        long done,
        long dead,
        long behind,
        long inbox,
        boolean paused,
        Duration oldest,
        Duration overdue,
        long totalEnqueued,
        long totalTaken,
        long totalDone,
        long failed,
        long totalDead,
        long lost,
        long late,
        long cancelled) {

    static JobStats of(Reply reply) {
        List<Long> numbers = reply.items().stream().map(Reply::number).toList();
        return new JobStats(
                numbers.get(0),
                numbers.get(1),
                numbers.get(2),
                numbers.get(3),
                numbers.get(4),
                numbers.get(5),
                numbers.get(6),
                numbers.get(7) == 1,
                Duration.ofMillis(numbers.get(8)),
                Duration.ofMillis(numbers.get(9)),
                numbers.get(10),
                numbers.get(11),
                numbers.get(12),
                numbers.get(13),
                numbers.get(14),
                numbers.get(15),
                numbers.get(16),
                numbers.get(17));
    }

    /** Jobs that have not ended. */
    public long open() {
        return ready + later + active + behind + inbox;
    }
}
