import { describe, expect, it } from '@jest/globals';
import { registerClient } from './support/client.ts';
import { textOf } from './support/person.ts';
import { openAdmin } from './support/scenes.ts';
import { useStage } from './support/use-stage.ts';

const stage = useStage();

describe("the operator's pages, in a browser", () => {
  it('find a client, block it, let it in again and delete it', async () => {
    await registerClient(stage.url, { metadata: { client_name: 'Suspect', scope: 'notes:read' } });
    const page = await stage.visit();
    await openAdmin(stage, page, '/admin');
    await page.getByRole('link', { name: 'Clients' }).click();
    await page.getByLabel('Name').fill('Susp*');
    await page.getByLabel('In use').selectOption('no');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: 'Suspect' }).click();
    await page.getByLabel('Why, for your own notes').fill('asks for too much');
    await page.getByRole('button', { name: 'Block' }).click();
    await page.getByText('The client is blocked, and its grants have ended.').waitFor();
    expect(await textOf(page)).toContain('asks for too much');
    await page.getByRole('button', { name: 'Unblock' }).click();
    await page.getByText('The client is not blocked any more.').waitFor();
    await page.getByLabel('Delete it for good').check();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Clients' }).waitFor();
    expect(await textOf(page)).not.toContain('Suspect');
  });

  it('try metadata against the policy', async () => {
    const page = await stage.visit();
    await openAdmin(stage, page, '/admin/policy');
    const metadata = { redirect_uris: ['https://client.example/cb'], scope: 'notes:read' };
    await page.getByLabel('Client metadata, as JSON').fill(JSON.stringify(metadata));
    await page.getByRole('button', { name: 'Try' }).click();
    await page.getByText('It would be taken.').waitFor();
    expect(await textOf(page)).toContain('the client registered with it');
  });

  it('have charts that are drawn, with nothing that the policy of the page refuses', async () => {
    const page = await stage.visit();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await openAdmin(stage, page, '/admin');
    const chart = page.getByRole('img', { name: /^Registrations over time/ });
    expect((await chart.boundingBox())?.height).toBeGreaterThan(100);
    await page.getByText('As a table').first().click();
    expect(complaints).toEqual([]);
  });
});
