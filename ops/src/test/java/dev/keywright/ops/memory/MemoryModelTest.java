package dev.keywright.ops.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MemoryModelTest {

    private static final long SEED = 20;

    private static List<Profile> profiles() {
        List<Profile> profiles = new ArrayList<>();
        for (Allocator allocator : Allocator.values()) {
            for (Version version : Version.values()) {
                profiles.add(Profile.of(allocator, version));
                profiles.add(Profile.of(allocator, version).withSlots(Profile.ALL_SLOTS / 4));
            }
        }
        return profiles;
    }

    private static MemoryModel model(Version version) {
        return new MemoryModel(Profile.of(Allocator.JEMALLOC_8, version));
    }

    private static Content text(long bytes) {
        return Content.text(bytes);
    }

    /** Values of every kind that grow with the number given. */
    private static List<LongFunction<Value>> growing() {
        return List.of(
                Value::text,
                n -> new Value.Appended(Sizes.of(n), Sizes.of(9)),
                n -> new Value.Bitmap(Sizes.of(n * 8), 0),
                n -> new Value.Hash(Sizes.of(n), text(8), text(12)),
                n -> new Value.Hash(Sizes.of(20), text(8), text(n)),
                n -> new Value.SetOf(Sizes.of(n), text(12)),
                n -> new Value.SetOf(Sizes.of(n), new Content.Integers(0, 1_000_000)),
                n -> new Value.SortedSet(Sizes.of(n), text(12), new Content.Integers(0, 99)),
                n -> new Value.ListOf(Sizes.of(n), text(50)),
                n -> new Value.Stream(Sizes.of(n), 2, text(5), text(20), 3));
    }

    @Test
    void neverTakesLessForMoreAfterARestart() {
        for (Profile profile : profiles()) {
            MemoryModel model = new MemoryModel(profile);
            for (LongFunction<Value> kind : growing()) {
                double last = 0;
                for (long n = 1; n < 3_000; n += 1 + n / 5) {
                    double now = model.value(kind.apply(n), History.LOADED);
                    assertThat(now).as("%s %s %d", profile, kind.apply(n), n).isGreaterThanOrEqualTo(last * 0.6);
                    assertThat(now).as("%s %s %d", profile, kind.apply(n), n).isGreaterThan(0);
                    last = now;
                }
            }
        }
    }

    @Test
    void partsAddUpAndStandWithinTheRange() {
        Random chance = new Random(SEED);
        for (Profile profile : profiles()) {
            List<DataSet> sets = new ArrayList<>();
            for (LongFunction<Value> kind : growing()) {
                Value value = kind.apply(1 + chance.nextInt(400));
                sets.add(DataSet.of(1 + chance.nextInt(100_000), new Sizes.Range(3, 40), value)
                        .withTtl(chance.nextDouble()));
            }
            Estimate estimate = new MemoryModel(profile).estimate(sets);
            double parts =
                    estimate.parts().stream().mapToDouble(Estimate.Part::bytes).sum();
            assertThat(parts).isCloseTo(estimate.totalBytes(), within(1.0));
            assertThat(estimate.totalBytes()).isBetween(estimate.lowBytes(), estimate.highBytes());
        }
    }

    @Test
    void aFinerAllocatorNeverTakesMore() {
        for (Version version : Version.values()) {
            for (LongFunction<Value> kind : growing()) {
                for (long n = 1; n < 2_000; n += 1 + n / 3) {
                    Value value = kind.apply(n);
                    double fine = model(version).value(value, History.LOADED);
                    double coarse =
                            new MemoryModel(Profile.of(Allocator.JEMALLOC_16, version)).value(value, History.LOADED);
                    assertThat(fine).as("%s %s", version, value).isLessThanOrEqualTo(coarse + 1e-6);
                }
            }
        }
    }

    @Test
    void expectsOverEverySizeThatOccurs() {
        MemoryModel model = model(Version.REDIS_7_0);
        Sizes spread = new Sizes.Range(1, 300);
        double each = LongStream.rangeClosed(1, 300)
                .mapToDouble(bytes -> model.value(Value.text(bytes)))
                .average()
                .orElseThrow();
        assertThat(model.value(new Value.Text(new Content.Text(spread)))).isCloseTo(each, within(1e-6));
        double fields = LongStream.rangeClosed(1, 600)
                .mapToDouble(count -> model.value(new Value.Hash(Sizes.of(count), text(8), text(16))))
                .average()
                .orElseThrow();
        Value hash = new Value.Hash(new Sizes.Range(1, 600), text(8), text(16));
        assertThat(model.value(hash)).isCloseTo(fields, within(1e-6));
    }

    @Test
    void agreesWithDrawingWhereSizesAndCountsBothSpread() {
        MemoryModel model = model(Version.REDIS_7_2);
        Random chance = new Random(SEED);
        double drawn = 0;
        int draws = 20_000;
        Blocks blocks = new Blocks(model.profile());
        for (int i = 0; i < draws; i++) {
            long bytes = 0;
            boolean fits = true;
            long texts = 0;
            int fields = 3 + chance.nextInt(8);
            for (int field = 0; field < fields; field++) {
                int value = 20 + chance.nextInt(50);
                fits &= value <= 64;
                bytes += Listpack.text(6) + Listpack.text(value);
                texts += (long) (blocks.text(6) + blocks.text(value) + blocks.size(Table.ENTRY));
            }
            drawn += blocks.object() + (fits ? blocks.listpack(bytes) : texts + table(blocks, fields));
        }
        Value hash = new Value.Hash(new Sizes.Range(3, 10), text(6), new Content.Text(new Sizes.Range(20, 69)));
        assertThat(model.value(hash, History.LOADED)).isCloseTo(drawn / draws, within(drawn / draws * 0.01));
    }

    private static double table(Blocks blocks, long entries) {
        return new Table(blocks, false)
                .bytes(new Table.Growth(entries, 0, 1, History.LOADED))
                .mean();
    }

    @Test
    void warnsOfTheNextDoublings() {
        DataSet set = DataSet.of(5_000_000, Sizes.of(20), Value.text(100)).withTtl(0.5);
        List<Step> steps = model(Version.REDIS_7_2).steps(List.of(set), 2);
        assertThat(steps).extracting(Step::at).containsExactly(8_388_609L, 8_388_610L);
        assertThat(steps.get(0).moreBytes()).isEqualTo(64 << 20);
        assertThat(steps.get(0).transientBytes()).isEqualTo(64 << 20);
        Estimate before = model(Version.REDIS_7_2).estimate(set.withTtl(0).withKeys(8_388_608));
        Estimate after = model(Version.REDIS_7_2).estimate(set.withTtl(0).withKeys(8_388_609));
        assertThat(after.totalBytes() - before.totalBytes() - after.perKeyBytes())
                .isCloseTo(64 << 20, within(100.0));
        assertThat(new MemoryModel(Profile.of(Allocator.JEMALLOC_8, Version.REDIS_7_4)
                                .withSlots(100))
                        .steps(List.of(set), 2))
                .isEmpty();
    }

    @Test
    void takesWhatIsKnownOfFamousShapes() {
        MemoryModel model = model(Version.REDIS_7_0);
        assertThat(model.key(20, false) + model.value(Value.text(44)) + 8).isEqualTo(120);
        assertThat(model.value(new Value.Text(new Content.Sample(List.of("9999")))))
                .isZero();
        assertThat(model.value(new Value.Text(new Content.Sample(List.of("10000")))))
                .isEqualTo(16);
        assertThat(model.value(new Value.HyperLogLog(Sizes.of(1_000_000)))).isCloseTo(14_352, within(1e-6));
        assertThat(model.value(new Value.Hash(Sizes.of(512), text(8), text(16))))
                .isEqualTo(16_400);
    }

    @Test
    void copiesMorePagesTheMoreIsWrittenWhileAForkLives() {
        assertThat(HeadRoom.copiedRatio(201e6, 0)).isZero();
        assertThat(HeadRoom.copiedRatio(201e6, 10_000)).isBetween(0.35, 0.5);
        assertThat(HeadRoom.copiedRatio(201e6, 200_000)).isGreaterThan(0.97);
        HeadRoom room = HeadRoom.of(
                HeadRoom.Load.of(10e9).withTransient(1e9).withBuffers(0.2e9).withForks(1e9));
        assertThat(room.machineBytes()).isBetween(room.maxmemoryBytes() * 2, room.maxmemoryBytes() * 2.4);
    }

    /** Measured on servers without load: 200 clients, then 2,000 channels of one of them. */
    @Test
    void knowsWhatANodeTakesBesideItsData() {
        Overheads old = new Overheads(Profile.of(Allocator.JEMALLOC_16, Version.REDIS_7_0));
        Overheads now = new Overheads(Profile.of(Allocator.JEMALLOC_16, Version.REDIS_8_0));
        assertThat(old.pubSubBytes(2_000, 2_000, 16) / 2_000).isCloseTo(220, within(22.0));
        assertThat(now.pubSubBytes(2_000, 2_000, 16) / 2_000).isCloseTo(236, within(24.0));
        assertThat(old.clientBytes(200, 0)).isGreaterThan(2 * now.clientBytes(200, 0));
        assertThat(old.backlogBytes(1 << 20)).isBetween(1e6, 1.3e6);
    }
}
