package dev.keywright.leaderboard;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Stem;
import dev.keywright.script.Script;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

/** What can be asked of one board: a plain command where that is enough, a script where it is not. */
final class Questions {

    private static final Script UPDATE = Script.beside(Questions.class, "update.lua");
    private static final Script PAGE = Script.beside(Questions.class, "page.lua");
    private static final Script RANKS = Script.beside(Questions.class, "ranks.lua");
    private static final Script REMOVE = Script.beside(Questions.class, "remove.lua");
    private static final Script TRIM = Script.beside(Questions.class, "trim.lua");

    private static final byte[] ONE = {'1'};
    private static final byte[] ZERO = {'0'};
    private static final byte[] NO_VIEW = {'-', '1'};

    /** How many places are read at once. */
    private static final int MOST = 1_000;

    /** A script counts in doubles. */
    private static final long MOST_FROM = 1L << 53;

    private final LeaderboardOptions options;
    private final Members members;
    private final Scale scale;
    private final Periods periods;
    private final String where;
    private final byte[] bits;
    private final byte[] ranks;
    private final List<byte[]> settings;
    private final boolean scripted;

    Questions(Stem stem, LeaderboardOptions options, Periods periods) {
        this.options = options;
        this.members = new Members(options.charset());
        this.scale = new Scale(options.lowest(), options.bits(), options.most());
        this.periods = periods;
        this.where = stem.toString();
        this.bits = number(options.bits());
        this.ranks = word(options.ranks());
        this.settings = List.of(bits, number(options.most()), options.distinct() ? ONE : ZERO, number(options.limit()));
        this.scripted = options.scripted();
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    private static byte[] word(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT).getBytes(US_ASCII);
    }

    // --- changes

    Question<Boolean> set(String member, double score) {
        if (scripted) {
            return update(Update.SET, member, score, NO_VIEW, reply -> changed(reply.orThrow(where)));
        }
        return new Question.Plain<>(
                zadd().argument("CH")
                        .argument(scale.written(score))
                        .argument(members.written(member))
                        .build(),
                this::isOne);
    }

    Question<Boolean> best(String member, double score) {
        if (scripted) {
            return update(Update.BEST, member, score, NO_VIEW, reply -> changed(reply.orThrow(where)));
        }
        return new Question.Plain<>(
                zadd().argument("GT")
                        .argument("CH")
                        .argument(scale.written(score))
                        .argument(members.written(member))
                        .buildRepeatable(),
                this::isOne);
    }

    private Command.Builder zadd() {
        return Command.named("ZADD").key(periods.now().board);
    }

    Question<Double> add(String member, double by) {
        if (scripted) {
            return update(
                    Update.ADD,
                    member,
                    by,
                    NO_VIEW,
                    reply -> score(reply.orThrow(where).items().get(1)));
        }
        return new Question.Plain<>(
                Command.named("ZINCRBY")
                        .key(periods.now().board)
                        .argument(scale.written(by))
                        .argument(members.written(member))
                        .build(),
                reply -> scale.added(reply.orThrow(where), where));
    }

    Question<View> post(Update update, String member, double score, int top) {
        checkCount(top, "top");
        return update(update, member, score, number(top), reply -> view(member, reply.orThrow(where)));
    }

    private <T> Question<T> update(Update update, String member, double score, byte[] top, Function<Reply, T> reading) {
        Keys.Target target = periods.target();
        List<byte[]> arguments = new ArrayList<>(16);
        arguments.add(word(update));
        arguments.add(members.written(member));
        arguments.add(scale.written(score));
        arguments.addAll(settings);
        arguments.add(top);
        arguments.add(ranks);
        arguments.addAll(target.clock());
        Script.Invocation script = UPDATE.with(target.keys().toArray(byte[][]::new), arguments.toArray(byte[][]::new));
        // With a window the second sending might come after midnight, and the score count for both days.
        boolean repeatable = update == Update.BEST && target.clock().isEmpty();
        return new Question.Scripted<>(repeatable ? script.repeatable() : script, reading);
    }

    private static boolean changed(Reply reply) {
        return reply.items().get(0).number() == 1;
    }

    private View view(String member, Reply reply) {
        List<Reply> items = reply.items();
        long place = Long.parseLong(items.get(2).text());
        Optional<Standing> own =
                place == 0 ? Optional.empty() : Optional.of(new Standing(member, place, score(items.get(1))));
        return new View(changed(reply), own, standings(items.subList(3, items.size()), 0, 1));
    }

    Question<Boolean> remove(String member) {
        Keys keys = periods.now();
        if (options.distinct()) {
            return new Question.Scripted<>(
                    REMOVE.with(keys.pair(), bits, members.written(member)).repeatable(), this::isOne);
        }
        return new Question.Plain<>(
                Command.named("ZREM")
                        .key(keys.board)
                        .argument(members.written(member))
                        .buildRepeatable(),
                this::isOne);
    }

    /** Some of the last ones; asked again while as many were cut off as one call may. */
    Question<Long> trim(long keep) {
        if (keep < 0) {
            throw new IllegalArgumentException("keep is " + keep + "; give 0 or more");
        }
        return new Question.Scripted<>(
                TRIM.with(periods.now().pair(), number(keep), bits, options.distinct() ? ONE : ZERO)
                        .repeatable(),
                reply -> reply.orThrow(where).number());
    }

    static boolean isAll(long trimmed) {
        return trimmed < MOST;
    }

    // --- questions

    Question<OptionalDouble> score(String member) {
        return new Question.Plain<>(
                Command.named("ZSCORE")
                        .key(periods.now().board)
                        .argument(members.written(member))
                        .buildReadOnly(),
                reply -> reply.orThrow(where).isNothing() ? OptionalDouble.empty() : OptionalDouble.of(score(reply)));
    }

    Question<Long> size() {
        return new Question.Plain<>(
                Command.named("ZCARD").key(periods.now().board).buildReadOnly(),
                reply -> reply.orThrow(where).number());
    }

    Question<OptionalLong> rank(String member) {
        if (options.ranks() != Ranks.ORDINAL) {
            return standings(
                    List.of(member),
                    found -> found.values().stream().mapToLong(Standing::rank).findFirst());
        }
        return new Question.Plain<>(
                Command.named("ZREVRANK")
                        .key(periods.now().board)
                        .argument(members.written(member))
                        .buildReadOnly(),
                reply -> reply.orThrow(where).isNothing() ? OptionalLong.empty() : OptionalLong.of(reply.number() + 1));
    }

    <T> Question<T> standings(Collection<String> asked, Function<Map<String, Standing>, T> reading) {
        List<String> all = List.copyOf(asked);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("No members were given; give 1 to " + MOST);
        }
        return new Question.Scripted<>(
                RANKS.with(periods.now().pair(), members.after(List.of(ranks, bits), all))
                        .readOnly(),
                reply -> reading.apply(found(all, reply.orThrow(where).items())));
    }

    private Map<String, Standing> found(List<String> asked, List<Reply> items) {
        Map<String, Standing> found = new LinkedHashMap<>();
        for (int i = 0; i < asked.size(); i++) {
            Reply stored = items.get(2 * i);
            if (!stored.isNothing()) {
                String member = asked.get(i);
                found.put(member, new Standing(member, items.get(2 * i + 1).number(), score(stored)));
            }
        }
        return found;
    }

    Question<List<Standing>> page(long from, int count) {
        checkCount(count, "count");
        if (from < 0 || from > MOST_FROM) {
            throw new IllegalArgumentException("from is " + from + "; give 0 to " + MOST_FROM);
        }
        Keys keys = periods.now();
        if (count > 0 && (from == 0 || options.ranks() == Ranks.ORDINAL)) {
            return new Question.Plain<>(
                    Command.named("ZRANGE")
                            .key(keys.board)
                            .argument(from)
                            .argument(from + count - 1)
                            .argument("REV")
                            .argument("WITHSCORES")
                            .buildReadOnly(),
                    reply -> standings(reply.orThrow(where).items(), from, from + 1));
        }
        return new Question.Scripted<>(
                PAGE.with(keys.pair(), number(from), number(count), ranks, bits).readOnly(), this::paged);
    }

    Question<List<Standing>> around(String member, int before, int after) {
        checkCount(before, "before");
        checkCount(after, "after");
        return new Question.Scripted<>(
                PAGE.with(periods.now().pair(), number(before), number(after), ranks, bits, members.written(member))
                        .readOnly(),
                this::paged);
    }

    private List<Standing> paged(Reply reply) {
        if (reply.orThrow(where).isNothing()) {
            return List.of();
        }
        List<Reply> items = reply.items();
        return standings(
                items.subList(2, items.size()),
                items.get(0).number(),
                Long.parseLong(items.get(1).text()));
    }

    Question<List<Standing>> among(Collection<String> friends) {
        List<String> all = friends.stream().distinct().toList();
        if (all.isEmpty()) {
            throw new IllegalArgumentException("No members were given; give 1 to " + MOST);
        }
        Command.Builder command = Command.named("ZMSCORE").key(periods.now().board);
        byte[][] written = members.after(List.of(), all);
        for (byte[] member : written) {
            command.argument(member);
        }
        return new Question.Plain<>(command.buildReadOnly(), reply -> {
            List<Reply> items = reply.orThrow(where).items();
            Ranking ranking = new Ranking(options.ranks(), 0, 1);
            for (Ranking.Entry entry : Ranking.sorted(written, items)) {
                ranking.next(all.get(entry.index()), scale.score(entry.stored()));
            }
            return ranking.standings();
        });
    }

    private static void checkCount(int count, String what) {
        if (count < 0 || count > MOST) {
            throw new IllegalArgumentException(what + " is " + count + "; give 0 to " + MOST);
        }
    }

    // --- answers

    private boolean isOne(Reply reply) {
        return reply.orThrow(where).number() == 1;
    }

    private double score(Reply stored) {
        return scale.score(Scale.stored(stored));
    }

    /** The answer to ZRANGE, from the first place on. */
    List<Standing> ranked(Reply reply) {
        return standings(reply.orThrow(where).items(), 0, 1);
    }

    /** Members and stored numbers, in pairs or one after the other, as the protocol has it. */
    private List<Standing> standings(List<Reply> items, long before, long first) {
        Ranking ranking = new Ranking(options.ranks(), before, first);
        if (!items.isEmpty() && items.get(0) instanceof Reply.Items) {
            for (Reply pair : items) {
                ranking.next(
                        members.read(pair.items().get(0).bytes()),
                        score(pair.items().get(1)));
            }
        } else {
            for (int i = 0; i < items.size(); i += 2) {
                ranking.next(members.read(items.get(i).bytes()), score(items.get(i + 1)));
            }
        }
        return ranking.standings();
    }
}
