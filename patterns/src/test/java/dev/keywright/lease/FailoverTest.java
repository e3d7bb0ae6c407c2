package dev.keywright.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.election.ElectionOptions;
import dev.keywright.election.LeaderElection;
import dev.keywright.election.Term;
import dev.keywright.semaphore.DistributedSemaphore;
import dev.keywright.semaphore.Permits;
import dev.keywright.semaphore.SemaphoreOptions;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is held and waited for while the master changes; one failover for all, as it takes its time. */
@WithRedis(Topology.SENTINEL)
class FailoverTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration DEADLINE = Duration.ofMillis(300);

    @Test
    void afterAFailoverThereArePermitsAndALeaderAgain(Sentinel redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = other.semaphore("a", 1, SemaphoreOptions.DEFAULTS.withDeadline(DEADLINE));
            LeaderElection election = other.election("a", ElectionOptions.DEFAULTS.withDeadline(DEADLINE));
            Permits permits = kw.semaphore("a", 1).acquire(LONG);
            Term term = kw.election("a").campaign(LONG).orElseThrow();
            CompletableFuture<Optional<Permits>> nextPermits =
                    semaphore.tryAcquireAsync(1, LONG).toCompletableFuture();
            CompletableFuture<Optional<Term>> nextTerm =
                    election.campaignAsync(LONG).toCompletableFuture();
            redis.failover();
            permits.close();
            term.close();
            nextPermits.join().orElseThrow().close();
            Term next = nextTerm.join().orElseThrow();
            assertThat(next.number()).isGreaterThan(term.number());
            next.close();
        }
    }
}
