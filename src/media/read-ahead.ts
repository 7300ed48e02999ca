/**
 * The answers to `requests` in their order, with up to `depth` of them under way while one is used. Requests are made
 * only as answers are taken; those under way at an early end are waited for, so that nothing goes on behind the reader.
 */
export async function* readAhead<T>(
  requests: Iterable<() => Promise<T>>,
  depth: number,
): AsyncGenerator<T, void, undefined> {
  const waiting = requests[Symbol.iterator]();
  const underWay: Promise<T>[] = [];
  const ask = () => {
    const request = waiting.next();
    if (request.done) return;
    const answer = request.value();
    // Whoever takes the answer sees its failure: until then it must not count as unhandled.
    void Promise.allSettled([answer]);
    underWay.push(answer);
  };
  try {
    for (let i = 0; i < depth; i++) ask();
    for (let answer = underWay.shift(); answer; answer = underWay.shift()) {
      const value = await answer;
      ask();
      yield value;
    }
  } finally {
    await Promise.allSettled(underWay);
  }
}
