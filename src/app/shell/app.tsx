/** The frame around everything: waits for the session, then shows the start or the project. */
export function App(): React.ReactNode {
  return <main>Marey</main>;
}
