package dev.keywright.expert.size;

import dev.keywright.expert.workload.Quantities;
import dev.keywright.ops.memory.Description;
import dev.keywright.ops.memory.Origin;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a text says of the servers: version, allocator, limits, cluster, replicas, persistence, growth, machines. What was read
 * is replaced by spaces, so that who reads the data does not meet it again.
 */
final class ServerWords {

    private static final String NUMBER = "(\\d[\\d.,_]*(?:"
            + " ?(?:k|m|thousand|million)\\b)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)";
    private static final Map<String, Integer> SPOKEN = Map.ofEntries(
            Map.entry("a", 1),
            Map.entry("an", 1),
            Map.entry("one", 1),
            Map.entry("two", 2),
            Map.entry("three", 3),
            Map.entry("four", 4),
            Map.entry("five", 5),
            Map.entry("six", 6),
            Map.entry("seven", 7),
            Map.entry("eight", 8),
            Map.entry("nine", 9),
            Map.entry("ten", 10),
            Map.entry("twelve", 12));
    private static final String MACHINE = "(?:machine|node|server|box|instance|host|vm)s?";
    private static final String MEMORY = "(\\d+(?:\\.\\d+)? ?[gmt]i?b)";
    private static final double MONTH_DAYS = 30.4;

    private record Rule(Pattern pattern, Consumer<MatchResult> reading) {}

    private final Description description;
    private final List<Rule> rules = new ArrayList<>();
    private boolean grows;
    private String text;

    private ServerWords(String text, Description description) {
        this.text = text;
        this.description = description;
        directives();
        versions();
        clusters();
        durability();
        machines();
        growth();
    }

    /** Says it to the description and returns the rest of the text. */
    static String read(String text, Description description) {
        ServerWords words = new ServerWords(text, description);
        words.rules.forEach(words::apply);
        if (words.grows) {
            words.apply(words.horizon());
        }
        return words.text;
    }

    private void rule(String pattern, Consumer<MatchResult> reading) {
        rules.add(new Rule(whole(pattern), reading));
    }

    private static Pattern whole(String pattern) {
        return Pattern.compile("(?<![\\w-])(?:" + pattern + ")(?![\\w%])", Pattern.CASE_INSENSITIVE);
    }

    private void apply(Rule rule) {
        Matcher matcher = rule.pattern().matcher(text);
        StringBuilder rest = new StringBuilder(text);
        while (matcher.find()) {
            rule.reading().accept(matcher.toMatchResult());
            for (int i = matcher.start(); i < matcher.end(); i++) {
                rest.setCharAt(i, ' ');
            }
        }
        text = rest.toString();
    }

    private void say(String field, String value, MatchResult from) {
        description.say(
                Description.SERVER, field, value, Origin.ASKED, from.group().strip());
    }

    private void directives() {
        rule(
                "(?:with |and"
                        + " )?(?:(hash|zset|set|list|stream)-max-(?:listpack|intset|ziplist)-(entries|value|size)|list-compress-depth|stream-node-max-(?:bytes|entries)|hll-sparse-max-bytes)(?:"
                        + " of| to)?[ =:]+(-?\\d+)",
                found -> {
                    String name = found.group()
                            .replaceFirst("(?i)^(?:with |and )", "")
                            .split("[ =:]")[0];
                    say(name.toLowerCase(Locale.ROOT).replace("ziplist", "listpack"), found.group(3), found);
                });
    }

    private void versions() {
        rule(
                "(?:on |in |for |under |using |with |running ){0,5}(redis|valkey)["
                        + " -]?v?(\\d{1,2})(?:\\.(\\d{1,2}))?(?:\\.[\\dx]+)?(?!\\d|[.,]\\d|"
                        + " ?(?:million|mio|thousand|billion|bn|[km]|[kmgt]?i?b|bytes)\\b)",
                found -> say(
                        "version",
                        found.group(1).toLowerCase(Locale.ROOT) + "-" + found.group(2)
                                + (found.group(3) == null ? "" : "." + found.group(3)),
                        found));
        unused(
                "(?:on |in |with |using |an? ){0,5}((?:aws |amazon |google |azure"
                        + " )?(?:elasticache|memorydb|memorystore|azure cache|upstash|dragonfly(?:db)?|keydb|garnet|redis"
                        + " enterprise|redis cloud))(?: for redis| for valkey| serverless)?",
                "its layout was not measured, so it is sized as Redis or Valkey built from source");
        rule("(?:on |the |with ){0,5}valkey", found -> say("version", "valkey-8", found));
        rule(
                "(?:on |from |with |the ){0,5}(?:debian|ubuntu)(?:'s)?(?: package| packages| server)?|jemalloc (?:with"
                        + " a )?quantum (?:of )?16",
                found -> say("allocator", "debian", found));
        rule("(?:on |with |and ){0,5}jemalloc(?: with a quantum of 8)?", found -> say("allocator", "jemalloc", found));
        rule(
                "(?:on |with |and |the ){0,5}(?:libc|musl)(?: malloc| allocator)?",
                found -> say("allocator", "libc", found));
    }

    private void clusters() {
        String masters = "(?:masters?|shards?|primaries|primary nodes|master nodes|nodes?)";
        Consumer<MatchResult> said = found -> {
            String number = found.group(1) == null ? found.group(2) : found.group(1);
            say("masters", number(number), found);
        };
        rule(
                "(?:in |on |into |over |across ){0,5}(?:an? |the )?(?:redis |valkey )?cluster (?:of|with) " + NUMBER
                        + " "
                        + masters + "|(?:in |on |into |over |across ){0,5}(?:an? )?" + NUMBER
                        + "[ -](?:masters?|shards?|primaries)(?: cluster)?",
                said);
        rule(
                "(?:in |on ){0,5}(?:an? )?" + NUMBER + "[- ](node) cluster",
                found -> say("masters", number(found.group(1)), found));
        rule(
                "(?:with |and ){0,5}(?:no|without(?: any)?|zero) (?:replicas?|replication)",
                found -> say("replicas", "0", found));
        rule("replicas?(?: count)? ?[:=] ?(\\d+)", found -> say("replicas", found.group(1), found));
        rule("(?:masters|shards|primaries) ?[:=] ?(\\d+)", found -> say("masters", found.group(1), found));
        rule(
                "(?:with |and |plus ){0,5}" + NUMBER + " replicas?(?: (?:each|per (?:master|shard|primary)|of each))?",
                found -> say("replicas", number(found.group(1)), found));
    }

    private void durability() {
        rule("(?:no|without(?: any)?) (?:persistence|snapshots?|aof|rdb)", found -> say("persistence", "none", found));
        rule(
                "(?:with |and |using |an ){0,5}(?:aof|append.?only(?: file)?)(?: on| enabled| everysec| persistence)?",
                found -> say("persistence", "aof", found));
        rule(
                "(?:with |and |using ){0,5}(?:rdb(?: snapshots?)?|snapshots|snapshotting)(?: on| enabled|"
                        + " persistence)?",
                found -> say("persistence", "rdb", found));
        rule(
                "(?:with |and |an? ){0,5}(?:(?:allkeys|volatile)-(?:lru|lfu)|lru|lfu)(?: eviction| policy| cache){0,3}",
                found -> say("evicts", "yes", found));
    }

    private void machines() {
        unused(
                "(?:with |a |and ){0,5}(maxmemory(?: of| is| set to)?[ =:]*" + MEMORY + ")",
                "the report says what it has to be");
        unused(
                "(?:with |plus |and |keep |leave |a |an ){0,5}((?:\\d+(?:\\.\\d+)? ?(?:%|percent) (?:of"
                        + " )?(?:head-?room|head room|reserve|spare|free|safety|buffer|overhead)|(?:head-?room|head"
                        + " room|reserve|safety margin) (?:of )?\\d+(?:\\.\\d+)? ?(?:%|percent))(?: memory| space|"
                        + " margin)?)",
                "head-room is reckoned part by part");
        Consumer<MatchResult> said = found -> say("machine", found.group(1), found);
        rule(
                "(?:on |in |for |using |with ){0,5}(?:an? |the |our )?" + MACHINE
                        + " (?:of|with|have|has|having)(?: up to)? " + MEMORY + "(?: of)?(?: ram| memory)?(?: each)?",
                said);
        rule(
                "(?:on |in |for |using |with ){0,5}(?:an? |the |our )?" + MEMORY + " ?(?:(?:of )?(?:ram|memory) ?)?(?:"
                        + MACHINE + "|per " + MACHINE + "|(?<=ram|memory))",
                said);
        rule(
                "(?:with |and ){0,5}" + NUMBER + " (?:connections|client connections|connected clients)",
                found -> say("clients", number(found.group(1)), found));
        rule(
                "(?:with |and ){0,5}" + NUMBER + " writes ?(?:per |a |/ ?)(?:s|sec|second)",
                found -> say("writes", number(found.group(1)), found));
    }

    /** What is asked for but has no field. */
    private void unused(String pattern, String why) {
        rule(pattern, found -> description.note("not used: \"" + found.group(1).strip() + "\"; " + why + "."));
    }

    private void growth() {
        String period = "(day|week|month|quarter|year)";
        rule(
                "(?:and |it |they |we |data |is |are ){0,5}(?:grow\\w*|increas\\w*|growth)(?: of| by| at| rate| rate"
                        + " of){0,3} (\\d+(?:\\.\\d+)?) ?(?:%|percent) ?(?:an?|per|/|each|every)? ?"
                        + period + "|(\\d+(?:\\.\\d+)?) ?(?:%|percent) (?:growth|more|increase) (?:an?|per|each|every) "
                        + period
                        + "|(\\d+(?:\\.\\d+)?) ?(?:%|percent) (?:monthly|a month) growth",
                found -> {
                    boolean first = found.group(1) != null;
                    boolean second = found.group(3) != null;
                    String percent = first ? found.group(1) : second ? found.group(3) : found.group(5);
                    grow(
                            Double.parseDouble(percent),
                            first ? found.group(2) : second ? found.group(4) : "month",
                            found);
                });
        rule(
                "(?:and |it |which ){0,5}doubl(?:es|ing) (?:each|every|a|per) " + period,
                found -> grow(100, found.group(1), found));
    }

    /** How far ahead to look; a time that a growing store is spoken of in. */
    private Rule horizon() {
        Pattern pattern = whole("(?:for|over|in|within|after|during|next|the| ){0,5}" + NUMBER
                + " (month|year)s?(?: ahead| from now)?");
        return new Rule(pattern, found -> {
            double months =
                    Double.parseDouble(number(found.group(1))) * (found.group(2).equalsIgnoreCase("year") ? 12 : 1);
            say("months", Long.toString(Math.round(months)), found);
        });
    }

    /** As growth in a month. */
    private void grow(double percent, String period, MatchResult from) {
        double days = switch (period.toLowerCase(Locale.ROOT)) {
            case "day" -> 1;
            case "week" -> 7;
            case "month" -> MONTH_DAYS;
            case "quarter" -> 3 * MONTH_DAYS;
            default -> 12 * MONTH_DAYS;
        };
        double monthly = 100 * (Math.pow(1 + percent / 100, MONTH_DAYS / days) - 1);
        String rounded = new BigDecimal(monthly)
                .setScale(2, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
        say("growth", rounded + " %", from);
        if (!grows) {
            description.say(Description.SERVER, "months", "12", Origin.ASSUMED, "growth is looked at for a year");
        }
        grows = true;
    }

    private static String number(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        Integer spoken = SPOKEN.get(lower);
        return spoken != null
                ? Integer.toString(spoken)
                : Quantities.value("keys", lower)
                        .map(value -> Long.toString(Math.round(value)))
                        .orElse(lower);
    }
}
