package dev.keywright.autocomplete;

import dev.keywright.Keywright;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What 100,000 made-up terms of one to three words take, and what the server needs for a suggestion. Run by hand: {@code shortest [words]}. */
final class AutocompleteMeasure {

    private static final int TERMS = 100_000;
    private static final int ASKED = 400;
    private static final String[] ONSETS = {
        "b", "br", "c", "ch", "cl", "d", "dr", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "r", "s", "sh",
        "st", "t", "tr", "v", "w"
    };
    private static final String[] RIMES = {
        "a", "an", "ar", "e", "el", "en", "er", "i", "in", "o", "on", "or", "u", "um", "y"
    };

    private AutocompleteMeasure() {}

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            // the first ones are the more frequent ones
            word.append(ONSETS[(int) (ONSETS.length * Math.pow(random.nextDouble(), 1.5))])
                    .append(RIMES[(int) (RIMES.length * Math.pow(random.nextDouble(), 1.5))]);
        }
        return word.toString();
    }

    static List<Term> terms() {
        Random random = new Random(42);
        Set<String> texts = new HashSet<>();
        List<Term> terms = new ArrayList<>();
        while (terms.size() < TERMS) {
            StringBuilder text = new StringBuilder(word(random));
            for (int i = random.nextInt(3); i > 0; i--) {
                text.append(' ').append(word(random));
            }
            if (texts.add(text.toString())) {
                terms.add(new Term(text.toString(), Math.floor(1_000 / (1 + 999 * random.nextDouble()))));
            }
        }
        return terms;
    }

    public static void main(String[] arguments) {
        List<Term> terms = terms();
        double length =
                terms.stream().mapToInt(term -> term.text().length()).average().orElseThrow();
        System.out.printf(Locale.ROOT, "%.1f letters on average%n", length);
        AutocompleteOptions options = AutocompleteOptions.DEFAULTS.withShortest(Integer.parseInt(arguments[0]));
        for (int looked : new int[] {100, 300}) {
            for (int letters = 2; letters <= 6; letters++) {
                System.out.printf(
                        Locale.ROOT,
                        "%d letters: %.1f %% of those who type see more than %d terms%n",
                        letters,
                        beyond(terms, letters, looked),
                        looked);
            }
        }
        measure(terms, arguments.length > 1 ? options.withAnyWord() : options);
    }

    /** Who types is taken to want any term, as often as it is popular. */
    private static double beyond(List<Term> terms, int letters, int looked) {
        Map<String, Integer> counts = new HashMap<>();
        for (Term term : terms) {
            counts.merge(start(term, letters), 1, Integer::sum);
        }
        double all = 0;
        double more = 0;
        for (Term term : terms) {
            all += term.popularity();
            more += counts.get(start(term, letters)) > looked ? term.popularity() : 0;
        }
        return 100 * more / all;
    }

    private static String start(Term term, int letters) {
        return term.text().substring(0, Math.min(term.text().length(), letters));
    }

    private static void measure(List<Term> terms, AutocompleteOptions options) {
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            long before = Long.parseLong(redis.info("used_memory"));
            Autocomplete index = kw.autocomplete("m", options);
            write(kw.connection(), terms, options);
            index.load(terms.subList(0, 500)); // again, so that the script is seen, too
            long all = Long.parseLong(redis.info("used_memory")) - before;
            long sets = Long.parseLong(redis.command("DBSIZE")) - 3;
            System.out.printf(
                    "%s: %d MB, terms %s, scores %s, %d prefixes; learn %s us%n",
                    options.layout(),
                    all >> 20,
                    usage(redis, "terms"),
                    usage(redis, "scores"),
                    sets,
                    micros(redis, "evalsha"));
            Random random = new Random(1);
            List<Term> some = new ArrayList<>();
            for (int i = 0; i < ASKED; i++) {
                some.add(terms.get(random.nextInt(TERMS)));
            }
            for (int typed = 2; typed <= 6; typed++) {
                redis.command("CONFIG", "RESETSTAT");
                for (Term term : some) {
                    List<String> unused = index.suggest(start(term, typed), 10);
                }
                System.out.printf(
                        "  %d letters: ZRANGE %s us, EVALSHA_RO %s us%n",
                        typed, micros(redis, "zrange"), micros(redis, "evalsha_ro"));
            }
        }
    }

    /** What {@code load} would leave, in few commands. */
    private static void write(Connection connection, List<Term> terms, AutocompleteOptions options) {
        Spelling spelling = new Spelling(options);
        Map<String, List<Term>> tops = new TreeMap<>();
        Map<String, List<Term>> whole = new TreeMap<>();
        for (Term term : terms) {
            List<String> texts = spelling.texts(term.text());
            whole.computeIfAbsent("scores", key -> new ArrayList<>()).add(term);
            for (String text : texts) {
                String entry = text + " \0" + (text.equals(term.text()) ? "" : term.text());
                whole.computeIfAbsent("terms", key -> new ArrayList<>()).add(new Term(entry, 0));
            }
            for (String prefix : spelling.shortPrefixes(texts)) {
                tops.computeIfAbsent("top:" + prefix, key -> new ArrayList<>()).add(term);
            }
        }
        tops.forEach((key, all) -> {
            all.sort(Comparator.comparingDouble((Term term) -> -term.popularity())
                    .thenComparing(Term::text));
            whole.put(key, all.subList(0, Math.min(all.size(), options.kept())));
        });
        whole.forEach((key, all) -> {
            for (int from = 0; from < all.size(); from += 1_000) {
                Command.Builder add = Command.named("ZADD").key("ac:{m}:" + key);
                for (Term term : all.subList(from, Math.min(all.size(), from + 1_000))) {
                    add.argument(Double.toString(-term.popularity())).argument(term.text());
                }
                connection.call(add.build()).orThrow("ZADD");
            }
        });
    }

    private static String usage(Standalone redis, String part) {
        return redis.command("MEMORY", "USAGE", "ac:{m}:" + part, "SAMPLES", "0");
    }

    private static String micros(Standalone redis, String command) {
        Matcher p = Pattern.compile("latency_percentiles_usec_" + command + ":(\\S+)")
                .matcher(redis.command("INFO", "latencystats"));
        return p.find() ? p.group(1) : "-";
    }
}
