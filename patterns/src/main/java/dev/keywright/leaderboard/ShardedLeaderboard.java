package dev.keywright.leaderboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Stem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.zip.CRC32;

/**
 * A board that is too big for one key, in parts of its own slots, which a Cluster spreads over its nodes. A member is always in the same
 * part, by a hash of its name and not by its score: so no update ever moves it from one node to another, which no Redis can do atomically,
 * and none is lost or twice there. A place is the sum of what each part has better, so it is exact when nobody writes meanwhile; under
 * writes the score is read and each part counted at a moment of its own.
 *
 * <ul>
 *   <li>Order: the highest score first; of equal ones those of the part with the lower number, and in a part as with
 *       {@link Ties#BY_MEMBER}. Places are those of {@link Ranks#ORDINAL}.
 *   <li>Commands: an update is ZADD or ZINCRBY of one part, 1 round trip. {@code standing} is ZSCORE, then one ZCOUNT or ZREVRANK per part in
 *       one flush per node, 2 round trips; {@code top} one ZRANGE per part, 1 round trip, and reads parts x count members.
 *   <li>Failure and clock: as a plain {@link Leaderboard}. When one node is away, its members cannot be updated, and nobody's place be told.
 *   <li>Threads: any number.
 * </ul>
 */
public final class ShardedLeaderboard {

    public static final Needs NEEDS = Needs.of(
                    List.of("ZADD", "ZINCRBY", "ZREM", "ZSCORE", "ZCARD", "ZCOUNT", "ZRANGE", "ZREVRANK"),
                    List.of("boards:*"))
            .thatAreDurable();

    private static final int MOST_PARTS = 256;
    private static final int MOST = 1_000;

    private final Connection connection;
    private final String where;
    private final List<Questions> parts;
    private final List<byte[]> keys;
    private final Members members;
    private final Duration deadline;

    /** Users call {@code Keywright.shardedLeaderboard}. */
    public ShardedLeaderboard(Connection connection, String name, int parts, Optional<Duration> deadline) {
        if (parts < 1 || parts > MOST_PARTS) {
            throw new IllegalArgumentException("The board is to have " + parts + " parts; give 1 to " + MOST_PARTS);
        }
        Stem whole = new Stem("board", "leaderboard", name);
        LeaderboardOptions options = LeaderboardOptions.DEFAULTS;
        List<Questions> questions = new ArrayList<>();
        List<byte[]> boards = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            Keys each = Keys.ever(new Stem("boards", "leaderboard", name + ":" + part + "/" + parts), options);
            questions.add(new Questions(whole, options, Periods.fixed(each)));
            boards.add(each.board);
        }
        this.connection = connection;
        this.where = whole.toString();
        this.parts = List.copyOf(questions);
        this.keys = List.copyOf(boards);
        this.members = new Members(options.charset());
        this.deadline = deadline.orElse(connection.options().timeout());
    }

    private int part(String member) {
        CRC32 hash = new CRC32();
        hash.update(member.getBytes(UTF_8));
        return (int) (hash.getValue() % parts.size());
    }

    private Questions of(String member) {
        return parts.get(part(member));
    }

    /** As {@link Leaderboard#set}. */
    public boolean set(String member, double score) {
        return of(member).set(member, score).call(connection, deadline);
    }

    public CompletionStage<Boolean> setAsync(String member, double score) {
        return of(member).set(member, score).send(connection, deadline);
    }

    /** As {@link Leaderboard#add}. */
    public double add(String member, double by) {
        return of(member).add(member, by).call(connection, deadline);
    }

    public CompletionStage<Double> addAsync(String member, double by) {
        return of(member).add(member, by).send(connection, deadline);
    }

    /** As {@link Leaderboard#best}. */
    public boolean best(String member, double score) {
        return of(member).best(member, score).call(connection, deadline);
    }

    public CompletionStage<Boolean> bestAsync(String member, double score) {
        return of(member).best(member, score).send(connection, deadline);
    }

    /** As {@link Leaderboard#remove}. */
    public boolean remove(String member) {
        return of(member).remove(member).call(connection, deadline);
    }

    public CompletionStage<Boolean> removeAsync(String member) {
        return of(member).remove(member).send(connection, deadline);
    }

    /** As {@link Leaderboard#score}. */
    public OptionalDouble score(String member) {
        return of(member).score(member).call(connection, deadline);
    }

    public CompletionStage<OptionalDouble> scoreAsync(String member) {
        return of(member).score(member).send(connection, deadline);
    }

    /**
     * The place of a member on the whole board, and its score; empty when it is not on it.
     *
     * @throws KeywrightException.Unavailable when a part did not answer
     */
    public Optional<Standing> standing(String member) {
        OptionalDouble score = score(member);
        if (score.isEmpty()) {
            return Optional.empty();
        }
        return placed(member, score.getAsDouble(), connection.batch(counting(member, score.getAsDouble()), deadline));
    }

    public CompletionStage<Optional<Standing>> standingAsync(String member) {
        return scoreAsync(member)
                .thenCompose(score -> score.isEmpty()
                        ? CompletableFuture.completedStage(Optional.empty())
                        : all(counting(member, score.getAsDouble()))
                                .thenApply(replies -> placed(member, score.getAsDouble(), replies)));
    }

    private List<Command> counting(String member, double score) {
        String from = Double.toString(score);
        int own = part(member);
        List<Command> commands = new ArrayList<>();
        for (int part = 0; part < parts.size(); part++) {
            Command.Builder command =
                    Command.named(part == own ? "ZREVRANK" : "ZCOUNT").key(keys.get(part));
            if (part == own) {
                command.argument(members.written(member));
            } else {
                command.argument(part < own ? from : "(" + from).argument("+inf");
            }
            commands.add(command.buildReadOnly());
        }
        return commands;
    }

    /** Empty when it was taken off the board in between. */
    private Optional<Standing> placed(String member, double score, List<Reply> replies) {
        long before = 0;
        for (Reply reply : replies) {
            if (reply.orThrow(where).isNothing()) {
                return Optional.empty();
            }
            before += reply.number();
        }
        return Optional.of(new Standing(member, before + 1, score));
    }

    /**
     * The best of the whole board.
     *
     * @param count 0 to 1,000
     */
    public List<Standing> top(int count) {
        return merged(count, connection.batch(reading(count), deadline));
    }

    public CompletionStage<List<Standing>> topAsync(int count) {
        return all(reading(count)).thenApply(replies -> merged(count, replies));
    }

    private List<Command> reading(int count) {
        if (count < 0 || count > MOST) {
            throw new IllegalArgumentException("count is " + count + "; give 0 to " + MOST);
        }
        return keys.stream()
                .map(key -> Command.named("ZRANGE")
                        .key(key)
                        .argument(0)
                        .argument(Math.max(count - 1, 0))
                        .argument("REV")
                        .argument("WITHSCORES")
                        .buildReadOnly())
                .toList();
    }

    /** Sorting keeps the order of parts, and of members in a part, where scores are equal. */
    private List<Standing> merged(int count, List<Reply> replies) {
        List<Standing> all = new ArrayList<>();
        for (int part = 0; part < replies.size(); part++) {
            all.addAll(parts.get(part).ranked(replies.get(part)));
        }
        all.sort(Comparator.comparingDouble(Standing::score).reversed());
        Ranking ranking = new Ranking(Ranks.ORDINAL, 0, 1);
        all.stream().limit(count).forEach(each -> ranking.next(each.member(), each.score()));
        return ranking.standings();
    }

    /** How many members the whole board has. */
    public long size() {
        return sum(connection.batch(sizing(), deadline));
    }

    public CompletionStage<Long> sizeAsync() {
        return all(sizing()).thenApply(this::sum);
    }

    private List<Command> sizing() {
        return keys.stream()
                .map(key -> Command.named("ZCARD").key(key).buildReadOnly())
                .toList();
    }

    private long sum(List<Reply> replies) {
        return replies.stream()
                .mapToLong(reply -> reply.orThrow(where).number())
                .sum();
    }

    private CompletionStage<List<Reply>> all(List<Command> commands) {
        List<CompletableFuture<Reply>> sent = commands.stream()
                .map(command -> connection.send(command, deadline).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
                .thenApply(done -> sent.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public String toString() {
        return where + " in " + parts.size() + " parts";
    }
}
