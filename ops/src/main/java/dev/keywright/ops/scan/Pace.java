package dev.keywright.ops.scan;

import java.time.Duration;

/**
 * What a scan did to a server's latency, as a second connection felt it that sent one PING at a time, and what the scan did about it.
 *
 * @param idle 90 % of the PINGs were answered within this before the scan
 * @param median of the PINGs during the scan
 * @param p99 of the PINGs during the scan
 * @param worst of the PINGs during the scan
 * @param backOffs how often the scan slowed down
 * @param paused how long it waited for the server's sake, in all
 */
public record Pace(Duration idle, Duration median, Duration p99, Duration worst, int backOffs, Duration paused) {

    static final Pace UNKNOWN = new Pace(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, Duration.ZERO);
}
