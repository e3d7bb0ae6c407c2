package dev.keywright.redlock;

import dev.keywright.KeywrightException;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Problem;
import dev.keywright.connection.RedisUri;
import dev.keywright.connection.Topology;
import dev.keywright.lock.DistributedLock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Locks over several masters that know nothing of each other, which a majority of them grants: the Redlock algorithm, with a fencing token.
 *
 * <pre>{@code
 * try (Redlock redlock = Redlock.connect(List.of("redis://a:6379", "redis://b:6379", "redis://c:6379"))) {
 *     try (Hold hold = redlock.lock("invoices").acquire(Duration.ofSeconds(5))) {
 *         write(rows, hold.token());
 *     }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>Promise: while fewer than half of the masters fail at a time, and none forgets what it granted, one hold at a time, and every hold
 *       has a higher token than all before. A master that was started less than a lease ago grants nothing.
 *   <li>No promise: that a holder that lost the lock stops. A paused process, or a write under way, acts late; a master whose clock jumps
 *       ahead ends leases early. Where that does harm the store has to refuse lower tokens, and then a lock on one server does as well.
 *   <li>Commands: acquire is two rounds, release one, renewal one each third of the lease; a round is one EVALSHA to each master, all at
 *       the same time, and is over when a majority has answered.
 *   <li>Waiting: a refused acquire is undone everywhere and tried again after a pause by chance; nobody is woken, and there is no order.
 *   <li>Failure: a master that is down, frozen, late, full or refuses counts as one that does not grant; messages name it and say why.
 *   <li>Clock: the masters' for their leases, this process's monotonic one for what it holds. Threads: any number.
 * </ul>
 *
 * It has connections of its own, as it has to live with masters that are away also when the application starts.
 */
public final class Redlock implements AutoCloseable {

    private static final int LEAST_MASTERS = 3;

    private static final Needs NEEDS = Needs.of(
                    List.of("EVALSHA", "EVAL", "INFO", "TIME", "GET", "SET", "DEL", "PTTL", "PEXPIRE"),
                    List.of("redlock:*"))
            .thatLast();

    private final Masters masters;

    private Redlock(Masters masters) {
        this.masters = masters;
    }

    /**
     * Connects to the masters, of which fewer than half may be away now.
     *
     * @param uris {@code redis://} or {@code rediss://} URIs of an odd number of masters, 3 or more
     * @throws KeywrightException.Misused when one is no master by itself, or the same server as another
     * @throws KeywrightException.Unavailable when fewer than a majority answer
     */
    public static Redlock connect(List<String> uris) {
        return connect(uris, ConnectionOptions.DEFAULTS);
    }

    public static Redlock connect(List<String> uris, ConnectionOptions options) {
        List<RedisUri> places = uris.stream().map(RedisUri::parse).toList();
        check(places);
        Masters masters = new Masters(places, options);
        try {
            awaitMajority(masters.all);
        } catch (RuntimeException e) {
            masters.close();
            throw e;
        }
        return new Redlock(masters);
    }

    private static void check(List<RedisUri> uris) {
        if (uris.size() < LEAST_MASTERS || uris.size() % 2 == 0) {
            throw new IllegalArgumentException(uris.size()
                    + " masters were given; give 3, 5 or another odd number: an even one tolerates no more");
        }
        Set<Object> places = new HashSet<>();
        for (RedisUri uri : uris) {
            if (uri.kind() != Topology.Kind.STANDALONE) {
                throw new KeywrightException.Misused(
                        uri + " is no URI of a single master. Give redis:// URIs of masters that"
                                + " know nothing of each other; for a Cluster or Sentinels use Keywright.lock.");
            }
            if (!places.add(uri.hosts().get(0))) {
                throw new KeywrightException.Misused(
                        uri + " was given twice. Each master has one vote; give different ones.");
            }
        }
    }

    /** All are waited for, since what is wrong with one of them is better said now. */
    private static void awaitMajority(List<Master> masters) {
        List<String> away = new ArrayList<>();
        Map<String, Master> known = new HashMap<>();
        for (Master master : masters) {
            try {
                String runId = master.connection().join().runId();
                Master same = runId.isEmpty() ? null : known.put(runId, master);
                if (same != null) {
                    throw new KeywrightException.Misused(master + " is the same server as " + same
                            + ". Each master has one vote; give different ones.");
                }
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof KeywrightException.Unavailable unavailable)) {
                    throw e.getCause() instanceof KeywrightException.Misused misused ? misused : e;
                }
                away.add(unavailable.getMessage());
            }
        }
        if (masters.size() - away.size() < Round.Result.majority(masters.size())) {
            throw new KeywrightException.Unavailable(
                    away.size() + " of " + masters.size() + " masters are away, so nothing can be locked: "
                            + String.join(" ", away),
                    false);
        }
    }

    /**
     * A lock that all processes share which use the same name and the same masters. Costs nothing until it is acquired.
     *
     * @param name any but empty
     */
    public DistributedLock lock(String name) {
        return lock(name, RedlockOptions.DEFAULTS);
    }

    public DistributedLock lock(String name, RedlockOptions options) {
        return new QuorumLock(masters, new RedlockKeys(name), options);
    }

    /**
     * Looks whether the masters answer and are what locks need: version, rights, eviction policy. Costs some round trips to each; for
     * the start of an application.
     *
     * @return what is missing, with the remedy; empty when all is well
     */
    public List<Problem> check() {
        List<Problem> problems = new ArrayList<>();
        for (Master master : masters.all) {
            try {
                problems.addAll(master.connection().join().connection().check(NEEDS));
            } catch (CompletionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                problems.add(new Problem(
                        master + " does not serve: " + cause.getMessage(),
                        "It has no vote; with fewer than a majority nothing can be locked.",
                        "Start it, or mend what it says."));
            }
        }
        return List.copyOf(problems);
    }

    /** How many holds and wishes this process has. */
    int busy() {
        return masters.busy();
    }

    /** Nothing is renewed from now on; holders are told that they lost, and what they had ends on the masters with its lease. */
    @Override
    public void close() {
        masters.close();
    }

    @Override
    public String toString() {
        return "Redlock at " + masters.all;
    }
}
