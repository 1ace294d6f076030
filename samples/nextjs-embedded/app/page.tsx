export default function Home() {
  return (
    <main>
      <h1>The chess club</h1>
      <p>
        Apps of members connect at <a href="/auth">/auth</a>.
      </p>
    </main>
  );
}
