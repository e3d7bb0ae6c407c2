package dev.keywright.expert.design;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.task.Task;
import dev.keywright.expert.workload.WorkloadReader;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server follows from what the task says about losses, outages and size. */
class ServerRulesTest {

    private static final Knowledge KNOWLEDGE = Knowledge.load();
    private static final WorkloadReader READER = new WorkloadReader(KNOWLEDGE);
    private static final Designer DESIGNER = new Designer(KNOWLEDGE);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        sentinel   | Session store, 99.95% availability, when one server dies the others go on
        sentinel   | sessions. if a box dies nobody should notice
        sentinel   | shopping carts, no single server may be a single point of failure
        standalone | small intranet, one server, an outage of some minutes is no problem, sessions
        standalone | job queue; a worker that crashes must not lose its job
        cluster    | product cache with 800,000 reads per second, 20 KB values, 200 GB
        cluster    | frequency capping, 90 million people, must be scaled over several machines
        standalone | cached pages, our web application runs on several servers
        sentinel   | login sessions, a server failure should not log out everybody
        standalone | cached search results, one redis; if it dies we just refill it, what about failover
        replica    | read-heavy product cache: reads spread over replicas, may be a bit stale
        replica    | login sessions, a second server stands by, the operator switches over by hand
        replica    | carts; one copy on another machine, manual failover is enough
        sentinel   | carts; one copy on another machine, no manual failover please, it has to be automatic
        sentinel   | HA session store for the intranet
        standalone | our web shop has redis for its product cache
        """)
    void choosesTheTopology(String topology, String text) {
        assertThat(server(text).topology()).isEqualTo(topology);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        aof-everysec | noeviction  | wallet balances, survive a power cut, the last second may be missing
        aof-everysec | noeviction  | carts must still be there after a restart
        none         | allkeys-lru | cached weather forecasts, 10 minutes old is fine, fetched from a slow API
        aof-everysec | volatile-lru | login sessions, 30 minutes sliding, 100k users
        aof-everysec | noeviction  | account settings, Redis is the only database for them
        none         | allkeys-lru | cached product details, 15 minutes, Postgres is the source of truth
        rdb          | noeviction  | Leaderboard for 20000 players. losing up to 10 minutes of scores in a crash is fine
        """)
    void choosesPersistenceAndEviction(String persistence, String eviction, String text) {
        assertThat(server(text).persistence()).isEqualTo(persistence);
        assertThat(server(text).eviction()).isEqualTo(eviction);
    }

    @Test
    void aClusterGoesOnWithoutTheShardThatIsLostAndFailsOverInTime() {
        assertThat(directives("cache for product pages, 200 GB in all"))
                .containsEntry("cluster-require-full-coverage", "no")
                .containsEntry("cluster-node-timeout", "5000");
        assertThat(directives("cache for product pages, 200 GB in all, failover within 4 seconds"))
                .containsEntry("cluster-node-timeout", "2000");
    }

    private static Map<String, String> directives(String text) {
        return server(text).config().stream().collect(Collectors.toMap(Directive::directive, Directive::value));
    }

    private static ServerDesign server(String text) {
        return DESIGNER.design(READER.read(new Task("t", text), Map.of()))
                .server()
                .orElseThrow();
    }
}
