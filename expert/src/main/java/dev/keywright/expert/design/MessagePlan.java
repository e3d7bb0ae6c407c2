package dev.keywright.expert.design;

import java.util.List;

/**
 * How messages are carried, in the terms of the library.
 *
 * @param form what carries them: {@code topic}, {@code sharded-topic}, {@code topic-pattern}, {@code durable-topic}, {@code stream},
 *     {@code partitioned-stream}, {@code queue}, {@code bounded-queue}, {@code delayed-queue}, {@code delayed-jobs},
 *     {@code priority-jobs}, {@code jobs} or {@code recurring-jobs}
 * @param keyOrder whether what is about one thing is handled one after the other
 * @param capacity how many may wait where the number is bounded
 * @param leadSeconds by how much what is more urgent by one level goes first
 * @param parts into how many streams one is split
 * @param cron when recurring jobs begin
 * @param zone the time zone of these times
 * @param why what decided it
 */
public record MessagePlan(
        String form,
        boolean keyOrder,
        int capacity,
        double leadSeconds,
        int parts,
        String cron,
        String zone,
        List<Reason> why) {}
