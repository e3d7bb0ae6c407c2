package dev.keywright.election;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Subscription;
import dev.keywright.lease.Delivery;
import dev.keywright.lease.Lessee;
import dev.keywright.lease.Wish;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One leader at a time among all processes that use the same name.
 *
 * <pre>{@code
 * LeaderElection election = kw.election("scheduler");
 * try (Candidacy candidacy = election.onElected(term -> {
 *     while (term.isLeader()) {
 *         schedule(term.number());
 *     }
 * })) { ... }
 * }</pre>
 *
 * <ul>
 *   <li>Promise: while Redis keeps the key, one term at a time, and every term has a higher number than all before. A leader is told of
 *       its loss before the lease ends, with Redis away as well.
 *   <li>No promise: that a leader that lost its term stops, or that a failover, an eviction or FLUSHALL keep the term; for a while two may
 *       take themselves for the leader. Where that does harm, whoever is told to do something refuses a lower {@link Term#number()}.
 *   <li>Commands: campaign and resign are one EVALSHA each; renewal is one each third of the lease; {@link #leader()} is one HMGET.
 *   <li>Waiting: a leader that resigns hands over to the candidate that waited longest, which is woken; for half a second nobody else gets
 *       the office. When a leader dies, all who wait ask when its lease is over. They look after 50 ms, doubling to 1 s.
 *   <li>Failure: while a campaign lasts a server that does not answer is asked again. A term that may have begun although no answer came
 *       is resigned in the background, or else ends with its lease.
 *   <li>Clock: the server's for leases between processes, this process's monotonic one for its own term. Threads: any number.
 * </ul>
 */
public final class LeaderElection {

    /** Commands and keys on the server. */
    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "TIME",
                            "GET",
                            "SET",
                            "DEL",
                            "PTTL",
                            "PEXPIRE",
                            "HGET",
                            "HMGET",
                            "HSET",
                            "HDEL",
                            "ZADD",
                            "ZRANGE",
                            "ZREM",
                            "PUBLISH",
                            "SUBSCRIBE",
                            "UNSUBSCRIBE"),
                    List.of("election:*"))
            .withChannels(List.of("election:*", "wake!*"))
            .thatLast();

    /** What a leader does; it may be interrupted when the term is over. */
    @FunctionalInterface
    public interface Work {
        void lead(Term term) throws Exception;
    }

    final Lessee lessee;
    final ElectionKeys keys;
    final ElectionOptions options;

    /** Users call {@code Keywright.election}. */
    public LeaderElection(Lessee lessee, String name, ElectionOptions options) {
        this.lessee = lessee;
        this.keys = new ElectionKeys(name);
        this.options = options;
    }

    public String name() {
        return keys.stem.name();
    }

    /**
     * Campaigns so long at most; with no time at all it asks once.
     *
     * @return the term; empty when others led all the time
     * @throws KeywrightException.Unavailable when Redis did not answer, also at the end of the wait, or the thread was interrupted
     */
    public Optional<Term> campaign(Duration wait) {
        return wish(wait).await().map(Function.identity());
    }

    /** As {@link #campaign(Duration)}, without blocking. Completes on a thread of the election's own. */
    public CompletionStage<Optional<Term>> campaignAsync(Duration wait) {
        return Delivery.of(wish(wait).later(), term -> {
            CompletionStage<Boolean> unused = term.resignAsync();
        });
    }

    Wish<HeldTerm> wish(Duration wait) {
        ElectionOptions.checkWait(wait);
        return new Wish<>(lessee, new Candidate(this), wait);
    }

    /**
     * Campaigns in the background until it is closed. When elected, the work runs, on a thread of its own, which is interrupted when the
     * term is over. Work that returns before stays in office until the term is lost; it may {@linkplain Term#resign resign}. Work that
     * throws resigns. After the term, and after the work, it campaigns again.
     */
    public Candidacy onElected(Work work) {
        Campaigner campaigner = new Campaigner(this, work);
        campaigner.start();
        return campaigner;
    }

    /**
     * Who leads.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public Optional<Leader> leader() {
        return leader(lessee.connection().call(keys.leader(), deadline()));
    }

    /** As {@link #leader()}, without blocking. */
    public CompletionStage<Optional<Leader>> leaderAsync() {
        return lessee.connection().send(keys.leader(), deadline()).thenApply(this::leader);
    }

    Optional<Leader> leader(Reply reply) {
        List<Reply> found = reply.orThrow(toString()).items();
        return found.get(0).isNothing()
                ? Optional.empty()
                : Optional.of(new Leader(
                        found.get(1).text(),
                        found.get(2).text(),
                        Long.parseLong(found.get(0).text())));
    }

    /**
     * Tells who leads, now and whenever it changes, on a thread of its own and one after the other. Changes are told by message, and at
     * the end of a lease; who missed one learns it within 5 seconds. Of changes that follow each other closely the last one is told.
     * While Redis does not answer nothing is told.
     */
    public Subscription watch(Consumer<Optional<Leader>> listener) {
        Watcher watcher = new Watcher(this, listener);
        watcher.start();
        return watcher;
    }

    Duration deadline() {
        return lessee.deadline(options.deadline());
    }

    @Override
    public String toString() {
        return keys.stem.toString();
    }
}
