package dev.keywright.stream;

import java.util.Optional;

/**
 * What a worker did so far; counted in this process.
 *
 * @param handled events that were handled
 * @param failed handler calls that threw, or took too long, for each event they had
 * @param claimed events taken over from others, or taken up again after a restart or a broken connection
 * @param dead events that went to the dead letters, the undecodable included
 * @param undecodable events that could not be read
 * @param deleted events that were removed from the stream before they were handled
 * @param lost events that another worker took over although a handler here was busy with them
 * @param inHand events taken and not finished now, those included that wait for their next attempt
 * @param problem what went wrong last between worker and server, until something goes right
 */
public record WorkerStats(
        long handled,
        long failed,
        long claimed,
        long dead,
        long undecodable,
        long deleted,
        long lost,
        int inHand,
        Optional<String> problem) {}
