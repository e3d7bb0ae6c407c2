package dev.keywright.limit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What {@link WhenAway#local()} decides with: one token bucket per subject and quota in this process, by its monotonic
 * clock. Holds at most {@value #MOST_SUBJECTS} subjects that are not full again; one more is refused.
 */
final class LocalBuckets {

    private static final int MOST_SUBJECTS = 100_000;

    private final Map<String, long[]> fullAt = new ConcurrentHashMap<>();

    Decision decide(String subject, int permits, List<Quota> quotas) {
        long now = System.nanoTime();
        if (fullAt.size() >= MOST_SUBJECTS && !fullAt.containsKey(subject)) {
            fullAt.values().removeIf(times -> isPast(times, now));
            if (fullAt.size() >= MOST_SUBJECTS) {
                return refused(subject, permits, quotas.get(0), Duration.ofSeconds(1), Duration.ofSeconds(1));
            }
        }
        Decision[] decision = new Decision[1];
        fullAt.compute(subject, (same, times) -> {
            long[] state = times == null || times.length != quotas.size() ? fresh(quotas.size(), now) : times.clone();
            decision[0] = spend(subject, permits, quotas, state, now);
            return state;
        });
        return decision[0];
    }

    private static Decision spend(String subject, int permits, List<Quota> quotas, long[] fullAt, long now) {
        long longest = 0;
        int decider = 0;
        for (int i = 0; i < fullAt.length; i++) {
            Quota quota = quotas.get(i);
            long burst = every(quota) * quota.capacity();
            if (permits > quota.capacity()) {
                return refused(subject, permits, quota, quota.window(), quota.window());
            }
            long wait = Math.max(fullAt[i] - now, 0) + every(quota) * permits - burst;
            if (wait > longest) {
                longest = wait;
                decider = i;
            }
        }
        if (longest > 0) {
            Duration reset = Duration.ofNanos(fullAt[decider] - now);
            return refused(subject, permits, quotas.get(decider), reset, Duration.ofNanos(longest));
        }
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < fullAt.length; i++) {
            Quota quota = quotas.get(i);
            fullAt[i] = now + Math.max(fullAt[i] - now, 0) + every(quota) * permits;
            int left = left(quota, fullAt[i] - now);
            if (left < least) {
                least = left;
                decider = i;
            }
        }
        return new Decision.Granted(
                subject,
                permits,
                quotas.get(decider).capacity(),
                least,
                Duration.ofNanos(fullAt[decider] - now),
                Instant.EPOCH,
                Decision.Basis.AWAY);
    }

    private static int left(Quota quota, long debt) {
        return (int) Math.max(0, quota.capacity() - (debt + every(quota) - 1) / every(quota));
    }

    private static Decision refused(String subject, int permits, Quota quota, Duration reset, Duration wait) {
        return new Decision.Refused(subject, permits, quota.capacity(), 0, reset, wait, Decision.Basis.AWAY);
    }

    private static long every(Quota quota) {
        return Math.max(1, quota.window().toNanos() / quota.permits());
    }

    private static long[] fresh(int size, long now) {
        long[] times = new long[size];
        java.util.Arrays.fill(times, now);
        return times;
    }

    private static boolean isPast(long[] times, long now) {
        for (long time : times) {
            if (time - now > 0) {
                return false;
            }
        }
        return true;
    }
}
