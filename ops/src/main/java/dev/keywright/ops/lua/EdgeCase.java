package dev.keywright.ops.lua;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One call with something unusual about it.
 *
 * @param ground what is prepared before the call
 * @param what about it is unusual
 * @param argument the place that is unusual, 0 for none
 * @param wrongKey the place of the key that has another type, 0 for none
 * @param wrong the command that makes it so
 */
record EdgeCase(Ground ground, List<String> arguments, String what, int argument, int wrongKey, List<String> wrong) {

    private static final List<String> EDGES = List.of(
            "-1",
            "-5",
            "0",
            "1",
            "1.5",
            "abc",
            "",
            "9007199254740993",
            "99999999999999999999",
            "1e300",
            "nan",
            "inf",
            " 7");
    private static final int MIXTURES = 200;
    private static final String WHOLE_SAMPLE = "The sample call";
    /** Milliseconds that keys of a trial live, which are gone before. */
    static final String LONG = "100000000";

    /** What is prepared before a call. */
    enum Ground {
        EMPTY("on an empty server"),
        USED("after the sample call"),
        USED_TWICE("after two sample calls"),
        TEXTS("where each key holds ARGV[1]"),
        HASHES("where each key is a hash of numbers");

        private final String words;

        Ground(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }

        /** Whether keys were made that the script itself might never make. */
        boolean isInvented() {
            return this == TEXTS || this == HASHES;
        }
    }

    boolean isMixture() {
        return what.startsWith("ARGV = ");
    }

    /** All of them, in the order they are tried. */
    static List<EdgeCase> of(SampleCall sample) {
        List<EdgeCase> cases = new ArrayList<>();
        List<String> usual = sample.arguments();
        for (Ground ground : Ground.values()) {
            cases.add(new EdgeCase(ground, usual, WHOLE_SAMPLE, 0, 0, List.of()));
            for (int i = 0; i < usual.size(); i++) {
                for (String edge : EDGES) {
                    cases.add(new EdgeCase(
                            ground,
                            with(usual, i, edge),
                            "ARGV[" + (i + 1) + "] = '" + edge + "'",
                            i + 1,
                            0,
                            List.of()));
                }
                cases.add(new EdgeCase(
                        ground,
                        usual.subList(0, i),
                        "ARGV[" + (i + 1) + "] and what follows left out",
                        i + 1,
                        0,
                        List.of()));
            }
        }
        for (int key = 1; key <= sample.keys().size(); key++) {
            String name = sample.keys().get(key - 1);
            for (List<String> wrong : List.of(
                    List.of("SET", name, "abc", "PX", LONG),
                    List.of("SET", name, "", "PX", LONG),
                    List.of("RPUSH", name, "a"),
                    List.of("HSET", name, "a", "b"))) {
                cases.add(new EdgeCase(Ground.USED, usual, "KEYS[" + key + "] made by " + wrong.get(0), 0, key, wrong));
            }
        }
        cases.addAll(mixtures(usual));
        return cases;
    }

    private static List<EdgeCase> mixtures(List<String> usual) {
        Random chance = new Random(7);
        List<EdgeCase> cases = new ArrayList<>();
        for (int i = 0; i < MIXTURES && usual.size() > 1; i++) {
            List<String> arguments = new ArrayList<>(usual);
            for (int place = 0; place < arguments.size(); place++) {
                if (chance.nextInt(3) == 0) {
                    arguments.set(place, EDGES.get(chance.nextInt(EDGES.size())));
                }
            }
            Ground ground = Ground.values()[chance.nextInt(Ground.values().length)];
            cases.add(new EdgeCase(ground, arguments, "ARGV = " + arguments, 0, 0, List.of()));
        }
        return cases;
    }

    private static List<String> with(List<String> usual, int place, String value) {
        List<String> changed = new ArrayList<>(usual);
        changed.set(place, value);
        return changed;
    }
}
