package dev.keywright.inventory;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Sees to it that nothing is refused while its units are free somewhere. A call that is short in its cell comes here: holds that are over
 * are given back, and free units of other cells come over, some more than are missing, so that the next ones find theirs at home.
 *
 * <p>A unit moves in two steps, each one script: it is withdrawn there, which leaves a record in that cell, and arrives here, once per
 * id. Whoever sweeps finds records of units that did not arrive, and completes the move; so a crash in between loses nothing. Until then
 * they are counted as under way.
 *
 * <p>What is short is refused only after two looks at all cells between which no unit moved and none was under way. Units whose one half
 * of a move was lost by a failover are not waited for: no record tells of them.
 */
final class Gathering {

    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private final Cells cells;

    Gathering(Cells cells) {
        this.cells = cells;
    }

    /**
     * One call that may be short.
     *
     * @param home the cell it is sent to
     * @param call safe to send again
     */
    record Request(int home, Map<String, Long> wanted, Script.Invocation call, long start) {

        List<String> products() {
            return List.copyOf(wanted.keySet());
        }
    }

    /**
     * What came of a call.
     *
     * @param free of each product over all cells, when the reply says that too little is
     */
    record Outcome(Reply reply, Map<String, Long> free) {}

    static boolean isShort(Reply reply) {
        List<Reply> items = reply.items();
        return !items.isEmpty() && items.get(0).text().equals("short");
    }

    /** What all cells say, how many holds were given back, and units whose arrival somebody has to see to. */
    private record Look(Counts counts, long givenBack, boolean more, List<Cells.Transfer> late, long began) {

        boolean isUnfinished() {
            return more || !late.isEmpty();
        }
    }

    /** The outcome of a call whose reply was short. */
    CompletionStage<Outcome> gather(Request request, Reply shortReply) {
        if (System.nanoTime() - request.start() > cells.deadline.toNanos()) {
            return CompletableFuture.failedStage(new KeywrightException.Unavailable(
                    "Units move between the cells faster than they can be had (" + cells.where()
                            + "). Nothing was changed. Try again.",
                    false));
        }
        return look(request.products(), request.start()).thenCompose(look -> {
            if (look.isUnfinished()) {
                return finish(look.late(), look.began(), request.start()).thenCompose(done -> again(request));
            } else if (look.counts().suffice(request.wanted())) {
                return fetch(request, look.counts()).thenCompose(done -> again(request));
            }
            return refuse(request, look.counts(), shortReply);
        });
    }

    private CompletionStage<Outcome> again(Request request) {
        return cells.send(request.call(), request.start())
                .thenCompose(reply -> isShort(reply)
                        ? gather(request, reply)
                        : CompletableFuture.completedStage(new Outcome(reply, Map.of())));
    }

    private CompletionStage<Outcome> refuse(Request request, Counts first, Reply shortReply) {
        if (cells.size() == 1) {
            return lastTry(request, first);
        }
        return look(request.products(), request.start()).thenCompose(second -> {
            boolean sure = !second.isUnfinished()
                    && second.counts().isSettledSince(first)
                    && !first.isAnythingUnderWay()
                    && !second.counts().suffice(request.wanted());
            return sure ? lastTry(request, second.counts()) : pause().thenCompose(now -> gather(request, shortReply));
        });
    }

    /** Perhaps another call under the same id has got in the meantime what this one misses. */
    private CompletionStage<Outcome> lastTry(Request request, Counts counts) {
        return cells.send(request.call(), request.start())
                .thenApply(reply -> new Outcome(reply, isShort(reply) ? counts.free() : Map.of()));
    }

    private static CompletionStage<Void> pause() {
        long nanos = ThreadLocalRandom.current().nextLong(LONGEST_PAUSE);
        Executor later = CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS);
        return CompletableFuture.runAsync(() -> {}, later);
    }

    private CompletionStage<Look> look(List<String> products, long start) {
        long began = System.nanoTime();
        List<CompletionStage<Reply>> replies = IntStream.range(0, cells.size())
                .mapToObj(cell -> cells.send(cells.sweep(cell, products), start))
                .toList();
        return all(replies).thenApply(all -> {
            List<List<Reply>> counts = new ArrayList<>();
            List<Cells.Transfer> late = new ArrayList<>();
            long givenBack = 0;
            boolean more = false;
            for (int cell = 0; cell < all.size(); cell++) {
                List<Reply> items = all.get(cell).items();
                givenBack += items.get(0).number();
                more |= items.get(1).number() == 1;
                late.addAll(late(items.get(2).items()));
                for (Reply id : items.get(3).items()) {
                    cells.forgetArrival(cell, id.text());
                }
                counts.add(items.subList(4, items.size()));
            }
            return new Look(new Counts(products, counts), givenBack, more, late, began);
        });
    }

    private static List<Cells.Transfer> late(List<Reply> words) {
        List<Cells.Transfer> late = new ArrayList<>();
        for (int i = 0; i < words.size(); i += 4) {
            late.add(new Cells.Transfer(
                    words.get(i).text(),
                    Integer.parseInt(words.get(i + 1).text()),
                    words.get(i + 3).text(),
                    Long.parseLong(words.get(i + 2).text())));
        }
        return late;
    }

    /** Lets come what is missing, the most from where the most is. */
    private CompletionStage<Void> fetch(Request request, Counts counts) {
        long began = System.nanoTime();
        List<CompletionStage<Cells.Transfer>> withdrawn = new ArrayList<>();
        List<String> products = request.products();
        for (int product = 0; product < products.size(); product++) {
            long missing =
                    request.wanted().getOrDefault(products.get(product), 0L) - counts.free(request.home(), product);
            int which = product;
            List<Integer> donors = IntStream.range(0, cells.size())
                    .boxed()
                    .filter(cell -> cell != request.home())
                    .sorted(Comparator.comparingLong(cell -> -counts.free(cell, which)))
                    .toList();
            for (int donor : donors) {
                long free = counts.free(donor, product);
                long most = Math.min(free, Math.max(missing, free / cells.size()));
                if (missing <= 0 || most <= 0) {
                    break;
                }
                Cells.Transfer wanted = Cells.Transfer.fresh(donor, request.home(), products.get(product), most);
                withdrawn.add(cells.send(cells.withdraw(wanted), request.start())
                        .thenApply(taken -> wanted.of(taken.number())));
                missing -= most;
            }
        }
        return all(withdrawn).thenCompose(transfers -> finish(transfers, began, request.start()));
    }

    /** Sees to the arrival of what was withdrawn. */
    private CompletionStage<Void> finish(List<Cells.Transfer> transfers, long seen, long start) {
        List<CompletionStage<Void>> arrivals = transfers.stream()
                .filter(transfer -> transfer.quantity() > 0)
                .map(transfer -> cells.bring(transfer, seen, start))
                .toList();
        return all(arrivals).thenApply(done -> null);
    }

    /** Gives back what is over, in all cells, and completes moves that were interrupted; some at a time, each with the deadline. */
    CompletionStage<Long> sweep() {
        long start = System.nanoTime();
        return look(List.of(), start)
                .thenCompose(look -> finish(look.late(), start, start)
                        .thenCompose(done -> look.more()
                                ? sweep().thenApply(more -> more + look.givenBack())
                                : CompletableFuture.completedStage(look.givenBack())));
    }

    /** How the products stand, as of a moment when no unit moved. */
    CompletionStage<Counts> counts(List<String> products) {
        long start = System.nanoTime();
        return read(products, start)
                .thenCompose(first ->
                        cells.size() == 1 ? CompletableFuture.completedStage(first) : settled(products, first, start));
    }

    private CompletionStage<Counts> settled(List<String> products, Counts before, long start) {
        return read(products, start).thenCompose(now -> {
            if (now.isSettledSince(before)) {
                return CompletableFuture.completedStage(before); // which has seen the records of all that was under way
            } else if (System.nanoTime() - start > cells.deadline.toNanos()) {
                return CompletableFuture.failedStage(new KeywrightException.Unavailable(
                        "Units move between the cells faster than they can be counted (" + cells.where()
                                + "). Try again.",
                        false));
            }
            return settled(products, now, start);
        });
    }

    private CompletionStage<Counts> read(List<String> products, long start) {
        List<CompletionStage<Reply>> replies = IntStream.range(0, cells.size())
                .mapToObj(cell -> cells.send(cells.counts(cell, products), start))
                .toList();
        return all(replies)
                .thenApply(all -> new Counts(
                        products,
                        all.stream().map(each -> cells.checked(each.items())).toList()));
    }

    static <T> CompletionStage<List<T>> all(List<? extends CompletionStage<T>> stages) {
        List<CompletableFuture<T>> futures =
                stages.stream().map(CompletionStage::toCompletableFuture).toList();
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
    }
}
