package dev.keywright.ops.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The cost of single keys, without a server; {@code analysis.dump} compares it to real ones. */
class KeyCostTest {

    private static final Profile OLD = Profile.of(Allocator.JEMALLOC_8, Version.REDIS_7_0);
    private static final Profile NEW = Profile.of(Allocator.JEMALLOC_8, Version.REDIS_8_0);

    private static KeyCost cost(Profile profile, Encodings encodings) {
        KeyCost cost = new KeyCost(profile, History.LOADED, encodings);
        cost.begin();
        return cost;
    }

    @Test
    void takesWhatTheModelForetells() {
        MemoryModel model = new MemoryModel(OLD);
        KeyCost cost = cost(OLD, Encodings.BY_LIMITS);
        cost.textValue(100);
        assertThat(cost.valueBytes()).isEqualTo(model.value(Value.text(100), History.LOADED));
        assertThat(cost.usageBytes(20)).isEqualTo(16 + 112 + 24 + 24);

        cost.begin();
        for (int i = 0; i < 600; i++) {
            cost.text(8);
            cost.text(16);
        }
        cost.hash(Layout.HASH_TABLE, 0);
        Value hash = new Value.Hash(Sizes.of(600), Content.text(8), Content.text(16));
        assertThat(cost.layout()).isEqualTo(Layout.HASH_TABLE);
        assertThat(cost.valueBytes()).isCloseTo(model.value(hash, History.LOADED), within(0.01));
    }

    @Test
    void keepsTheStoredFormOrFollowsTheLimits() {
        KeyCost stored = cost(NEW, Encodings.STORED);
        KeyCost loaded = cost(NEW, Encodings.BY_LIMITS);
        for (KeyCost cost : new KeyCost[] {stored, loaded}) {
            cost.text(5);
            cost.integer(2, 41);
            cost.hash(Layout.HASH_TABLE, 0);
        }
        assertThat(stored.layout()).isEqualTo(Layout.HASH_TABLE);
        assertThat(loaded.layout()).isEqualTo(Layout.LISTPACK);
        assertThat(loaded.valueBytes()).isEqualTo(16 + 16);

        KeyCost narrow = cost(NEW.withLimits(Limits.of(Map.of("set-max-intset-entries", "2"))), Encodings.BY_LIMITS);
        for (int i = 0; i < 3; i++) {
            narrow.integer(1, i);
        }
        narrow.set(Layout.INTSET, 8 + 3 * 2);
        assertThat(narrow.layout()).isEqualTo(Layout.HASH_TABLE);
    }

    @Test
    void forgetsTheValueBefore() {
        KeyCost cost = cost(OLD, Encodings.STORED);
        cost.streamNode(5, 0, 900);
        cost.group(7, 1);
        cost.pending(5, 0);
        cost.stream();
        double first = cost.valueBytes();
        cost.begin();
        cost.streamNode(5, 0, 900);
        cost.group(7, 1);
        cost.pending(5, 0);
        cost.stream();
        assertThat(cost.valueBytes()).isEqualTo(first);
    }

    @Test
    void buildsTheTreeThatTheIdsMake() {
        Random chance = new Random(4);
        Blocks blocks = new Blocks(OLD);
        for (int round = 0; round < 50; round++) {
            TreeSet<Long> ids = new TreeSet<>();
            for (int i = 0; i < 1 + chance.nextInt(300); i++) {
                ids.add((long) chance.nextInt(1 << 20) * (1 + round));
            }
            RadixTree tree = new RadixTree(blocks);
            ids.forEach(id -> tree.add(id, 0));
            tree.close();
            assertThat(tree.bytes())
                    .isEqualTo(
                            24 + naive(blocks, ids.stream().mapToLong(id -> id).toArray(), 0));
        }
        RadixTree none = new RadixTree(blocks);
        none.close();
        assertThat(none.bytes()).isEqualTo(RadixTree.empty(blocks));
    }

    /** A tree of ascending ids, the second half of which is zero, alike up to so many bytes. */
    private static double naive(Blocks blocks, long[] ids, int depth) {
        int common = depth;
        while (common < 16 && at(ids[0], common) == at(ids[ids.length - 1], common)) {
            common++;
        }
        double run = common > depth ? blocks.size((4 + common - depth + 7) / 8 * 8 + 8) : 0;
        if (common == 16) {
            return run + blocks.size(16);
        }
        double bytes = run;
        int children = 0;
        for (int from = 0, to = 0; from < ids.length; from = to) {
            while (to < ids.length && at(ids[to], common) == at(ids[from], common)) {
                to++;
            }
            bytes += naive(blocks, Arrays.copyOfRange(ids, from, to), common + 1);
            children++;
        }
        return bytes + blocks.size((4 + children + 7) / 8 * 8L + 8L * children);
    }

    private static int at(long id, int depth) {
        return depth >= 8 ? 0 : (int) (id >>> 8 * (7 - depth) & 0xff);
    }

    /** Counted in servers that loaded such hashes. */
    @Test
    void knowsTheTableOfAHashThatWasAListpackAtFirst() {
        assertThat(Table.converted(31, 7)).isEqualTo(new Table.Slots(32, 0, 0));
        assertThat(Table.converted(58, 48)).isEqualTo(new Table.Slots(64, 0, 0));
        assertThat(Table.converted(4, 0)).isEqualTo(new Table.Slots(4, 0, 0));
        assertThat(Table.converted(17, 1)).matches(table -> table.slots() == 32 && table.old() == 16);
        assertThat(Table.converted(17, 1).stillThere()).isCloseTo(1, within(1e-6));
        assertThat(Table.converted(5, 4)).matches(table -> table.slots() == 8 && table.old() == 4);
    }

    @Test
    void knowsHowLongAScoreIsAsText() {
        assertThat(ScoreText.entry(42, true)).isEqualTo(Listpack.integer(42));
        assertThat(ScoreText.entry(-1e17, false)).isEqualTo(Listpack.integer(-100_000_000_000_000_000L));
        assertThat(ScoreText.entry(0.1, true)).isEqualTo(Listpack.text("0.1".length()));
        assertThat(ScoreText.entry(0.1, false)).isEqualTo(Listpack.text("0.10000000000000001".length()));
        assertThat(ScoreText.entry(2.5, false)).isEqualTo(Listpack.text("2.5".length()));
        assertThat(ScoreText.entry(-1.5e-9, true)).isEqualTo(Listpack.text("-1.5e-9".length()));
        assertThat(ScoreText.entry(-1.3e-9, false)).isEqualTo(Listpack.text("-1.3000000000000001e-09".length()));
        assertThat(ScoreText.entry(1.5e300, true)).isEqualTo(Listpack.text("1.5e+300".length()));
        assertThat(ScoreText.entry(Double.NEGATIVE_INFINITY, true)).isEqualTo(Listpack.text("-inf".length()));
    }
}
