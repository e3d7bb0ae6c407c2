package dev.keywright.leaderboard;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.lease.Stem;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Members by score: who leads, what place somebody has, who is around whom; of all time, or anew each day, week or month.
 *
 * <pre>{@code
 * Leaderboard board = kw.leaderboard("chess");
 * board.add("anna", 25);
 * List<Standing> best = board.top(10);
 * List<Standing> around = board.around("anna", 5, 5);
 * }</pre>
 *
 * <ul>
 *   <li>Scores: numbers from -(2^53 - 1) to 2^53 - 1; NaN, infinities and more are refused, as Redis would round or order them wrongly.
 *       With {@link Ties#FIRST_TO_REACH} whole numbers up to {@link LeaderboardOptions#greatest()}.
 *   <li>Order: the best score first; of equal scores as {@link LeaderboardOptions#ties()} says. Places count from 1, as
 *       {@link LeaderboardOptions#ranks()} says. Every answer is the board at one moment.
 *   <li>Commands: 1 round trip each, O(log N) and what is answered. Plain boards are written by ZADD and ZINCRBY; those with ties by time,
 *       distinct scores, a window or a limit by 1 EVALSHA. {@code around}, {@code standings}, and places that are shared are 1 EVALSHA.
 *   <li>Failure: an update without an answer may have come through. Only {@code remove}, {@code trim} and, without a window,
 *       {@code best} are sent again. Then the answer may be no although it was they who did it, and a score that somebody else set in
 *       between is judged once more: beaten or taken off. With a window the second {@code best} might count for the next period too. A
 *       crash or failover can lose the last updates, and an eviction the board.
 *   <li>Clock: only windows have one. Which period a score counts for is decided by the server's, in the script; reads, removals and trims
 *       go by what this process knows of it: asked at the first look, which waits for the answer also in the asynchronous forms, and every
 *       10 s in the background.
 *   <li>Threads: any number. Members are any text, the empty one too, or any bytes; see {@link LeaderboardOptions#charset()}.
 * </ul>
 *
 * All forms throw {@link KeywrightException.Unavailable} when Redis does not answer in time, {@link KeywrightException.Misused} when there is a
 * key of another type, and {@code IllegalArgumentException} for a score, member or number that is out of its range.
 */
public final class Leaderboard {

    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "EVALSHA_RO",
                            "EVAL_RO",
                            "TIME",
                            "ZADD",
                            "ZINCRBY",
                            "ZREM",
                            "ZSCORE",
                            "ZMSCORE",
                            "ZCARD",
                            "ZCOUNT",
                            "ZRANGE",
                            "ZREVRANK",
                            "ZREMRANGEBYRANK",
                            "ZREMRANGEBYSCORE",
                            "PTTL",
                            "PEXPIREAT"),
                    List.of("board:*"))
            .thatAreDurable();

    private final Connection connection;
    private final Stem stem;
    private final LeaderboardOptions options;
    private final Periods periods;
    private final Questions questions;
    private final Duration deadline;

    /** Users call {@code Keywright.leaderboard}. */
    public Leaderboard(Connection connection, String name, LeaderboardOptions options) {
        this(connection, new Stem("board", "leaderboard", name), options);
    }

    private Leaderboard(Connection connection, Stem stem, LeaderboardOptions options) {
        this(
                connection,
                stem,
                options,
                new ServerClock(
                        connection,
                        Keys.ever(stem, options).board,
                        options.deadline().orElse(connection.options().timeout()),
                        stem.toString()));
    }

    Leaderboard(Connection connection, String name, LeaderboardOptions options, Clock clock) {
        this(connection, new Stem("board", "leaderboard", name), options, clock);
    }

    private Leaderboard(Connection connection, Stem stem, LeaderboardOptions options, Clock clock) {
        this(
                connection,
                stem,
                options,
                options.window()
                        .<Periods>map(window -> new Periods.Rolling(stem, options, window, clock))
                        .orElseGet(() -> Periods.fixed(Keys.ever(stem, options))));
    }

    private Leaderboard(Connection connection, Stem stem, LeaderboardOptions options, Periods periods) {
        this.connection = connection;
        this.stem = stem;
        this.options = options;
        this.periods = periods;
        this.questions = new Questions(stem, options, periods);
        this.deadline = options.deadline().orElse(connection.options().timeout());
    }

    public String name() {
        return stem.name();
    }

    /** The same board with places counted in another way. */
    public Leaderboard ranked(Ranks ranks) {
        return new Leaderboard(connection, stem, options.withRanks(ranks), periods);
    }

    /**
     * The day it is on the server, in the zone of the window.
     *
     * @throws IllegalStateException when the board has no window
     */
    public LocalDate today() {
        return periods.today().orElseThrow(this::noPeriods);
    }

    private IllegalStateException noPeriods() {
        return new IllegalStateException(
                "The " + stem + " has no periods; give its options a window, or ask it without a day");
    }

    /**
     * The board of the period that day is in, to read or to correct it. What is written to a period that is not kept any more is gone at
     * once.
     *
     * @throws IllegalStateException when the board has no window
     */
    public Leaderboard at(LocalDate day) {
        Window window = options.window().orElseThrow(this::noPeriods);
        return new Leaderboard(connection, stem, options, Periods.at(stem, options, window, day));
    }

    /**
     * Gives a member this score.
     *
     * @return whether it had another one, or none
     */
    public boolean set(String member, double score) {
        return ask(questions.set(member, score));
    }

    public CompletionStage<Boolean> setAsync(String member, double score) {
        return send(questions.set(member, score));
    }

    /**
     * Adds to the score of a member; a new one begins with 0. On a plain board fractions add up as doubles do, so use whole numbers where
     * sums must be exact.
     *
     * @return the score it has now, also when a limit cut it off at once
     * @throws KeywrightException.Misused when it would be beyond the range, and stays what it was; on a plain board, which adds first,
     *     when it is
     */
    public double add(String member, double by) {
        return ask(questions.add(member, by));
    }

    public CompletionStage<Double> addAsync(String member, double by) {
        return send(questions.add(member, by));
    }

    /**
     * Gives a member this score if it is better than the one it has, or it has none.
     *
     * @return whether it was
     */
    public boolean best(String member, double score) {
        return ask(questions.best(member, score));
    }

    public CompletionStage<Boolean> bestAsync(String member, double score) {
        return send(questions.best(member, score));
    }

    /**
     * Updates a score, and answers with the place it leads to and the best, all at one moment: 1 EVALSHA.
     *
     * @param top how many of the best, 0 to 1,000
     */
    public View update(Update update, String member, double score, int top) {
        return ask(questions.post(update, member, score, top));
    }

    public CompletionStage<View> updateAsync(Update update, String member, double score, int top) {
        return send(questions.post(update, member, score, top));
    }

    /**
     * Takes a member off the board.
     *
     * @return whether it was on it
     */
    public boolean remove(String member) {
        return ask(questions.remove(member));
    }

    public CompletionStage<Boolean> removeAsync(String member) {
        return send(questions.remove(member));
    }

    /**
     * Keeps so many of the best and cuts off the others, 1,000 at a time, each in a call of its own with the deadline anew, until there are
     * no more. A limit in the options does it with each update.
     *
     * @return how many were cut off; fewer are told when an answer was lost
     */
    public long trim(long keep) {
        Question<Long> question = questions.trim(keep); // one for all, so that it stays with the period it began in
        long trimmed = 0;
        while (true) {
            long some = ask(question);
            trimmed += some;
            if (Questions.isAll(some)) {
                return trimmed;
            }
        }
    }

    public CompletionStage<Long> trimAsync(long keep) {
        return trimAsync(questions.trim(keep), 0);
    }

    private CompletionStage<Long> trimAsync(Question<Long> question, long before) {
        return send(question)
                .thenCompose(some -> Questions.isAll(some)
                        ? CompletableFuture.completedStage(before + some)
                        : trimAsync(question, before + some));
    }

    /** The score of a member; empty when it is not on the board. */
    public OptionalDouble score(String member) {
        return ask(questions.score(member));
    }

    public CompletionStage<OptionalDouble> scoreAsync(String member) {
        return send(questions.score(member));
    }

    /** The place of a member; empty when it is not on the board. */
    public OptionalLong rank(String member) {
        return ask(questions.rank(member));
    }

    public CompletionStage<OptionalLong> rankAsync(String member) {
        return send(questions.rank(member));
    }

    /**
     * The places and scores of many members on the whole board, at one moment.
     *
     * @param members 1 to 1,000
     * @return those that are on the board, in the order they were asked for
     */
    public Map<String, Standing> standings(Collection<String> members) {
        return ask(questions.standings(members, Function.identity()));
    }

    public CompletionStage<Map<String, Standing>> standingsAsync(Collection<String> members) {
        return send(questions.standings(members, Function.identity()));
    }

    /**
     * The board of some members only, such as friends: the places they have among each other. 1 ZMSCORE, sorted here.
     *
     * @param members 1 to 1,000; those who are not on the board are left out
     */
    public List<Standing> among(Collection<String> members) {
        return ask(questions.among(members));
    }

    public CompletionStage<List<Standing>> amongAsync(Collection<String> members) {
        return send(questions.among(members));
    }

    /** The best; as {@link #page} from 0. */
    public List<Standing> top(int count) {
        return page(0, count);
    }

    public CompletionStage<List<Standing>> topAsync(int count) {
        return pageAsync(0, count);
    }

    /**
     * So many members in order.
     *
     * @param from how many come before them
     * @param count 0 to 1,000
     */
    public List<Standing> page(long from, int count) {
        return ask(questions.page(from, count));
    }

    public CompletionStage<List<Standing>> pageAsync(long from, int count) {
        return send(questions.page(from, count));
    }

    /**
     * A member, and those who come right before and after it.
     *
     * @param before how many before it at most, 0 to 1,000
     * @param after how many after it at most, 0 to 1,000
     * @return in order; empty when the member is not on the board
     */
    public List<Standing> around(String member, int before, int after) {
        return ask(questions.around(member, before, after));
    }

    public CompletionStage<List<Standing>> aroundAsync(String member, int before, int after) {
        return send(questions.around(member, before, after));
    }

    /** How many members the board has. */
    public long size() {
        return ask(questions.size());
    }

    public CompletionStage<Long> sizeAsync() {
        return send(questions.size());
    }

    private <T> T ask(Question<T> question) {
        return question.call(connection, deadline);
    }

    private <T> CompletionStage<T> send(Question<T> question) {
        return question.send(connection, deadline);
    }

    @Override
    public String toString() {
        return stem.toString();
    }
}
